// What becomes of a tap, told once: how long until one was in, and until the first sound. Only for figures; nobody waits for it.

import { reportJoin } from "../api";
import type { CameFrom, JoinTold } from "../api";

/** A stage on which nobody says anything: what is known by then is told. */
const LONGEST_MS = 60_000;

interface Open {
  space: string;
  from: CameFrom;
  tappedAt: number;
  joinedMs: number | null;
  guestToken: string;
}

export class JoinReport {
  private open: Open | null = null;
  private timer: ReturnType<typeof setTimeout> | undefined;

  constructor(
    private readonly send: (space: string, told: JoinTold) => void = reportJoin,
    private readonly now: () => number = () => performance.now(),
  ) {}

  /** Somebody has tapped; whatever was still open is told first. */
  tapped(space: string, from: CameFrom): void {
    this.over();
    this.open = { space, from, tappedAt: this.now(), joinedMs: null, guestToken: "" };
  }

  /** They were let in; `guestToken` is that of a guest. */
  joined(guestToken: string): void {
    if (!this.open || this.open.joinedMs !== null) return;
    this.open.joinedMs = this.since();
    this.open.guestToken = guestToken;
    this.timer = setTimeout(() => this.over(), LONGEST_MS);
  }

  /** The first sound. */
  heard(): void {
    if (this.open?.joinedMs != null) this.tell(this.since());
  }

  /** It ends here, with sound or without. */
  over(): void {
    if (this.open) this.tell(null);
  }

  private since(): number {
    return Math.round(this.now() - (this.open?.tappedAt ?? 0));
  }

  private tell(soundMs: number | null): void {
    const { open } = this;
    clearTimeout(this.timer);
    this.open = null;
    if (!open) return;
    const guest = open.guestToken ? { guest_token: open.guestToken } : {};
    this.send(open.space, { came_from: open.from, joined_ms: open.joinedMs, sound_ms: soundMs, ...guest });
  }
}
