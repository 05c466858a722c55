// Where one was in each replay, and how fast one likes to listen; kept in this browser.

const PLACES_KEY = "spaces.replays";
const RATE_KEY = "spaces.rate";
const PLACES_MOST = 50;
/** Who stopped so near the end has heard it. */
const NEAR_END_MS = 10_000;

/** Space → where, and when that was kept. */
type Places = Record<string, { at: number; kept: number }>;

function places(): Places {
  try {
    return (JSON.parse(localStorage.getItem(PLACES_KEY) ?? "{}") as Places) ?? {};
  } catch {
    return {};
  }
}

function write(key: string, value: unknown): void {
  try {
    localStorage.setItem(key, JSON.stringify(value));
  } catch {
    // Full or forbidden: then nothing is remembered, and nothing else breaks.
  }
}

export function rememberPlace(space: string, at: number, durationMs: number, now: number): void {
  const known = places();
  if (at > durationMs - NEAR_END_MS) delete known[space];
  else known[space] = { at: Math.round(at), kept: now };
  const newest = Object.entries(known).sort(([, one], [, other]) => other.kept - one.kept);
  write(PLACES_KEY, Object.fromEntries(newest.slice(0, PLACES_MOST)));
}

/** Where one was, in milliseconds; 0 where one was not. */
export function recallPlace(space: string): number {
  const at = places()[space]?.at;
  return typeof at === "number" && at > 0 ? at : 0;
}

export function rememberRate(rate: number): void {
  write(RATE_KEY, rate);
}

export function recallRate(allowed: readonly number[]): number {
  const rate = Number(localStorage.getItem(RATE_KEY) ?? 1);
  return allowed.includes(rate) ? rate : 1;
}
