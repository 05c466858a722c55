// Listening to a replay: one at a time, and on while one moves about the app.

import { ApiError, replayOf, replayPlayed } from "../api";
import { Store } from "../lib/events";
import { t } from "../lib/words";
import { recallPlace, recallRate, rememberPlace, rememberRate } from "./memory";
import { RATES } from "./steps";

export interface ReplayInfo {
  space: string;
  url: string;
  title: string;
  who: string;
  picture: string;
  /** The address of its page. */
  page: string;
  durationMs: number;
}

export interface ReplayState {
  info: ReplayInfo | null;
  /** Whether the person wants to hear it: true also while it loads. */
  playing: boolean;
  waiting: boolean;
  atMs: number;
  rate: number;
  problem: string;
}

const BACK_MS = 10_000;
const ON_MS = 30_000;
/** After so much listening it counts as played. */
const PLAY_MS = 5_000;
/** Where one is is kept at most so often. */
const KEEP_MS = 2_000;

export class Replay {
  readonly store: Store<ReplayState>;
  private readonly audio: HTMLAudioElement;
  private heardMs = 0;
  private lastMs = 0;
  private counted = false;
  private keptAt = 0;
  /** A link may have expired: asked for anew once, until it plays again. */
  private renewed = false;

  constructor() {
    this.store = new Store<ReplayState>({ info: null, playing: false, waiting: false, atMs: 0, rate: recallRate(RATES), problem: "" });
    this.audio = document.createElement("audio");
    this.audio.id = "replay-audio";
    this.audio.preload = "metadata";
    document.body.append(this.audio);
    const on = (name: keyof HTMLMediaElementEventMap, run: () => void) => this.audio.addEventListener(name, run);
    on("timeupdate", () => this.passed());
    on("play", () => this.store.set({ playing: true, problem: "" }));
    on("pause", () => this.stopped());
    on("ended", () => this.stopped());
    on("waiting", () => this.store.set({ waiting: true }));
    on("playing", () => {
      this.renewed = false;
      this.store.set({ waiting: false });
    });
    on("error", () => void this.failed());
    window.addEventListener("pagehide", () => this.keep(true));
  }

  get state(): ReplayState {
    return this.store.state;
  }

  /** Have this replay ready, from where one was; with `from` from there. Does not play. */
  load(info: ReplayInfo, from: number | null = null): void {
    if (this.state.info?.space === info.space) {
      this.store.set({ info: { ...info, url: this.state.info.url } });
      if (from !== null) this.seek(from);
      return;
    }
    this.keep(true);
    this.audio.pause();
    [this.heardMs, this.counted, this.renewed] = [0, false, false];
    const at = Math.min(from ?? recallPlace(info.space), Math.max(0, info.durationMs - 1));
    this.store.set({ info, atMs: at, playing: false, waiting: false, problem: "" });
    this.open(info.url, at);
  }

  async play(): Promise<void> {
    const { info, atMs } = this.state;
    if (!info) return;
    if (atMs >= info.durationMs - 300) this.seek(0);
    this.store.set({ playing: true });
    try {
      await this.audio.play();
    } catch (error) {
      // Paused before it began, or refused until a tap; what went wrong with the file comes as an event of its own.
      if (error instanceof DOMException && error.name !== "NotSupportedError") this.store.set({ playing: false, waiting: false });
    }
  }

  pause(): void {
    this.audio.pause();
  }

  toggle(): void {
    if (this.state.playing) this.pause();
    else void this.play();
  }

  seek(ms: number): void {
    const { info } = this.state;
    if (!info) return;
    const at = Math.min(Math.max(0, ms), info.durationMs);
    this.lastMs = at;
    this.audio.currentTime = at / 1000;
    this.store.set({ atMs: at });
    this.keep(true);
  }

  back(): void {
    this.seek(this.state.atMs - BACK_MS);
  }

  on(): void {
    this.seek(this.state.atMs + ON_MS);
  }

  setRate(rate: number): void {
    this.audio.playbackRate = rate;
    rememberRate(rate);
    this.store.set({ rate });
  }

  /** Put it away. */
  close(): void {
    this.keep(true);
    this.audio.pause();
    this.audio.removeAttribute("src");
    this.audio.load();
    this.store.set({ info: null, playing: false, waiting: false, atMs: 0, problem: "" });
  }

  private open(url: string, atMs: number): void {
    this.audio.src = url;
    this.audio.defaultPlaybackRate = this.state.rate;
    this.audio.playbackRate = this.state.rate;
    this.lastMs = atMs;
    // Before anything is known of the file this is where it will begin.
    this.audio.currentTime = atMs / 1000;
  }

  private passed(): void {
    const { info } = this.state;
    if (!info || !this.audio.src) return;
    const at = this.audio.currentTime * 1000;
    const passed = at - this.lastMs;
    this.lastMs = at;
    if (!this.audio.paused && passed > 0 && passed < 4_000) this.heardMs += passed / this.audio.playbackRate;
    this.store.set({ atMs: Math.min(at, info.durationMs) });
    this.keep(false);
    if (!this.counted && this.heardMs >= PLAY_MS) {
      this.counted = true;
      replayPlayed(info.space).catch(() => undefined);
    }
  }

  private stopped(): void {
    this.store.set({ playing: false, waiting: false });
    this.keep(true);
  }

  private keep(now: boolean): void {
    const { info, atMs } = this.state;
    if (!info || (!now && Date.now() - this.keptAt < KEEP_MS)) return;
    this.keptAt = Date.now();
    rememberPlace(info.space, atMs, info.durationMs, this.keptAt);
  }

  /** The link may have expired, or the network is gone: a new link, and on from where it was. */
  private async failed(): Promise<void> {
    const { info, playing, atMs } = this.state;
    if (!info || !this.audio.getAttribute("src")) return;
    if (this.renewed) {
      this.store.set({ playing: false, waiting: false, problem: t("The sound cannot be loaded. Check your connection and try again.") });
      this.renewed = false;
      return;
    }
    this.renewed = true;
    try {
      const { audio, duration_ms } = await replayOf(info.space);
      if (this.state.info?.space !== info.space) return;
      this.store.set({ info: { ...info, url: audio.url, durationMs: duration_ms } });
      this.open(audio.url, atMs);
      if (playing) await this.play();
    } catch (error) {
      const problem = error instanceof ApiError ? error.message : t("The sound cannot be loaded. Try again.");
      this.store.set({ playing: false, waiting: false, problem });
    }
  }
}
