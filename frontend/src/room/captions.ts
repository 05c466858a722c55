// The captions of the Space one is in: shown by choice, which this browser remembers; lines over the socket, earlier ones
// from the API.

import { ApiError, earlierCaptions } from "../api";
import { Store } from "../lib/events";
import { t } from "../lib/words";
import type { Player } from "../player/player";
import type { CommandError } from "../socket";
import type { CaptionLine } from "../types";
import { noCaptions, withCaption, withLines, withoutOld } from "./captions-state";
import type { Captions } from "./captions-state";

export type CaptionSize = "s" | "m" | "l" | "xl";

/** How somebody reads them. */
export interface CaptionChoice {
  on: boolean;
  size: CaptionSize;
  contrast: boolean;
}

interface CaptionsStore extends Captions, CaptionChoice {
  /** What is new waits, so that one can read. */
  paused: boolean;
  /** Lines that came while it was paused. */
  waiting: number;
  loading: boolean;
  /** Why they cannot be shown. */
  problem: string;
}

const KEY = "spaces.captions";
const SIZES: CaptionSize[] = ["s", "m", "l", "xl"];
const LOOK_MS = 5_000;
/** So many lines come with the answer to `captions.show`, where there are as many. */
const SHOWN_AT_FIRST = 30;

function remembered(): CaptionChoice {
  try {
    const kept = JSON.parse(localStorage.getItem(KEY) ?? "{}") as Partial<CaptionChoice>;
    const size = kept.size && SIZES.includes(kept.size) ? kept.size : "m";
    return { on: kept.on === true, size, contrast: kept.contrast === true };
  } catch {
    return { on: false, size: "m", contrast: false };
  }
}

export class RoomCaptions {
  readonly store: Store<CaptionsStore>;

  constructor(private readonly player: Player) {
    this.store = new Store<CaptionsStore>({ ...noCaptions(""), ...remembered(), ...fresh() });
    player.on("frame", (frame) => {
      if (frame.type === "space.snapshot") {
        // After every return of the socket, too: it has forgotten who shows captions.
        if (this.state.on) void this.show();
        return;
      }
      if (!this.state.on) return;
      const next = withCaption(this.state, frame, Date.now());
      if (next === this.state) return;
      const waiting = this.state.paused && frame.type === "captions.line" ? this.state.waiting + 1 : this.state.waiting;
      this.store.set({ ...next, waiting });
    });
    player.store.subscribe((state) => {
      if (state.phase === "live" && state.spaceId !== this.state.space) this.store.set({ ...noCaptions(state.spaceId), ...fresh() });
    });
    setInterval(() => {
      const next = withoutOld(this.state, Date.now());
      if (next !== this.state) this.store.set(next);
    }, LOOK_MS);
  }

  get state(): CaptionsStore {
    return this.store.state;
  }

  toggle(): void {
    this.choose({ on: !this.state.on });
    if (this.state.on) void this.show();
    else this.hide();
  }

  choose(change: Partial<CaptionChoice>): void {
    this.store.set(change);
    const { on, size, contrast } = this.state;
    try {
      localStorage.setItem(KEY, JSON.stringify({ on, size, contrast }));
    } catch {
      // A browser that keeps nothing: the choice holds until the page goes.
    }
  }

  pause(paused: boolean): void {
    if (paused !== this.state.paused) this.store.set({ paused, waiting: 0 });
  }

  /** Lines that were said before those that are here. */
  async loadEarlier(): Promise<void> {
    const { space, loading, more, lines } = this.state;
    if (loading || !more) return;
    this.store.set({ loading: true, problem: "" });
    try {
      const page = await earlierCaptions(space, lines[0]?.starts_at_ms ?? null);
      if (space === this.state.space) {
        this.store.set({ ...withLines(this.state, page.results), more: page.next !== null, loading: false });
      }
    } catch (error) {
      if (space !== this.state.space) return;
      this.store.set({ loading: false, problem: error instanceof ApiError ? error.message : t("Earlier lines could not be loaded.") });
    }
  }

  private async show(): Promise<void> {
    const { space } = this.state;
    if (!this.player.isLive) return;
    try {
      const { lines } = await this.player.command<{ lines: CaptionLine[] }>("captions.show");
      if (space !== this.state.space) return;
      const more = this.state.lines.length === 0 ? lines.length >= SHOWN_AT_FIRST : this.state.more;
      this.store.set({ ...withLines(this.state, lines), more, problem: "" });
    } catch (error) {
      const { passing, message } = error as CommandError;
      // With the connection lost, the next snapshot asks again.
      if (space === this.state.space && !passing) this.store.set({ problem: message });
    }
  }

  private hide(): void {
    this.store.set({ guesses: [], ...fresh() });
    if (this.player.isLive) this.player.command("captions.hide").catch(() => undefined);
  }
}

const fresh = () => ({ paused: false, waiting: 0, loading: false, problem: "" });
