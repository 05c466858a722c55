// Says things to screen readers politely: at most one message every few seconds, the rest gathered into the next.

const PAUSE_MS = 3_000;
const MOST_AT_ONCE = 4;

/** Gathers messages and hands them on with a pause between; timers can be handed in for tests. */
export class Announcer {
  private waiting: string[] = [];
  private busy = false;

  constructor(
    private readonly say: (text: string) => void,
    private readonly setTimer: (run: () => void, ms: number) => unknown = (run, ms) => setTimeout(run, ms),
  ) {}

  announce(text: string): void {
    if (!text || this.waiting.includes(text)) return;
    this.waiting.push(text);
    if (!this.busy) this.flush();
  }

  private flush(): void {
    this.busy = false;
    if (this.waiting.length === 0) return;
    // When much happens at once the newest says most.
    this.say(this.waiting.slice(-MOST_AT_ONCE).join(" "));
    this.waiting = [];
    this.busy = true;
    this.setTimer(() => this.flush(), PAUSE_MS);
  }
}

let announcer: Announcer | null = null;

export function announce(text: string): void {
  announcer ??= new Announcer((words) => {
    const region = document.getElementById("live-region");
    if (!region) return;
    // The same words again are news only when they were gone in between.
    region.textContent = "";
    setTimeout(() => (region.textContent = words), 50);
  });
  announcer.announce(text);
}
