// What a reload must not forget (per tab), and what the person chose (per browser).

const TAB_KEY = "spaces.listening";
const DEVICES_KEY = "spaces.devices";
/** A reload or a full page change comes back within this time; whatever is older is offered, not resumed. */
const RESUME_MS = 60_000;
const OFFER_MS = 6 * 3600_000;

interface Listening {
  space: string;
  title: string;
  roomOpen: boolean;
  user: string;
  /** When the page was left; absent while it runs, so that a copied tab does not take over by itself. */
  leftAt?: number;
}

export interface Devices {
  input: string;
  output: string;
}

function read<Value>(storage: Storage, key: string): Value | null {
  try {
    return JSON.parse(storage.getItem(key) ?? "null") as Value | null;
  } catch {
    return null;
  }
}

function write(storage: Storage, key: string, value: unknown): void {
  try {
    storage.setItem(key, JSON.stringify(value));
  } catch {
    // Full or forbidden: then nothing is remembered, and nothing else breaks.
  }
}

export function rememberListening(listening: Omit<Listening, "leftAt">): void {
  write(sessionStorage, TAB_KEY, listening);
}

export function forgetListening(): void {
  sessionStorage.removeItem(TAB_KEY);
}

/** Note that the page is being left, so that the next one in this tab resumes. */
export function markLeaving(now: number): void {
  const listening = read<Listening>(sessionStorage, TAB_KEY);
  if (listening) write(sessionStorage, TAB_KEY, { ...listening, leftAt: now });
}

/** What this tab listened to, and whether to resume it or only to offer it; null when nothing. */
export function recallListening(user: string, now: number): (Listening & { resume: boolean }) | null {
  const listening = read<Listening>(sessionStorage, TAB_KEY);
  if (!listening?.space || listening.user !== user) return null;
  const { leftAt } = listening;
  if (leftAt !== undefined && now - leftAt > OFFER_MS) return null;
  return { ...listening, resume: leftAt !== undefined && now - leftAt < RESUME_MS };
}

export function chosenDevices(): Devices {
  return { input: "", output: "", ...read<Partial<Devices>>(localStorage, DEVICES_KEY) };
}

export function chooseDevices(change: Partial<Devices>): void {
  write(localStorage, DEVICES_KEY, { ...chosenDevices(), ...change });
}
