// The page of a replay: its player, the transcript and what went on in the room, all in step.

import { html, render } from "lit-html";
import { repeat } from "lit-html/directives/repeat.js";
import { replayLines, replayMoments } from "../api";
import type { Replay, ReplayInfo } from "../replay/replay";
import { nextSpeaker, previousSpeaker, tapsBetween, turnsOf, wordsAt } from "../replay/steps";
import type { RoomWords, Taps, Turn } from "../replay/steps";
import { float, reactionLabel } from "./reactions";
import { controls, seekBar } from "./replay-controls";
import type { Shown } from "./replay-controls";
import { Transcript } from "./transcript";

const FLOATING_MOST = 8;

export class ReplayPage {
  private root: HTMLElement | null = null;
  private info: ReplayInfo | null = null;
  private turns: Turn[] = [];
  private transcript: Transcript | null = null;
  private words: RoomWords[] = [];
  private taps: Taps[] = [];
  private lastMs = 0;

  constructor(private readonly replay: Replay) {
    replay.store.subscribe(() => this.draw());
    document.addEventListener("click", (event) => this.clicked(event));
  }

  /** Whether the page shows this replay, so that the thin bar need not. */
  shows(space: string): boolean {
    return this.info?.space === space && this.root?.isConnected === true;
  }

  /** After each move. */
  refresh(): void {
    const root = document.querySelector<HTMLElement>("#main [data-replay]");
    const { info } = this.replay.state;
    // Its page has nothing to hear any more: it is deleted, or put together anew.
    if (!root && info && document.querySelector(`#main .space-page[data-space="${CSS.escape(info.space)}"]`)) this.replay.close();
    if (root === this.root) return;
    this.root = root;
    [this.turns, this.transcript, this.words, this.taps] = [[], null, [], []];
    this.info = root ? infoOf(root) : null;
    if (root && this.info) this.begin(root, this.info);
    else this.replay.store.set({});
  }

  nextSpeaker(): void {
    const at = this.isLoaded ? nextSpeaker(this.turns, this.replay.state.atMs) : null;
    if (at !== null) this.replay.seek(at);
  }

  previousSpeaker(): void {
    if (this.isLoaded) this.replay.seek(previousSpeaker(this.turns, this.replay.state.atMs));
  }

  private get isLoaded(): boolean {
    return this.info !== null && this.replay.state.info?.space === this.info.space;
  }

  private begin(root: HTMLElement, info: ReplayInfo): void {
    const asked = Number(root.dataset["replayStart"] ?? 0) * 1000;
    // Another one that is playing goes on until this one is wanted.
    const { playing, info: loaded } = this.replay.state;
    if (!playing || loaded?.space === info.space) this.replay.load(info, asked > 0 ? asked : null);
    root.querySelector("[data-replay-controls]")?.replaceChildren();
    root.classList.add("is-ready");
    this.draw();
    if (root.dataset["replayLines"]) void this.fetchLines(root, info.space);
    void this.fetchMoments(root, info.space);
  }

  private async fetchLines(root: HTMLElement, space: string): Promise<void> {
    const lines = await replayLines(space).catch(() => []);
    const place = document.querySelector<HTMLElement>(`#main [data-replay-transcript="${CSS.escape(space)}"]`);
    if (this.root !== root || !place || lines.length === 0) return;
    this.turns = turnsOf(lines);
    this.transcript = new Transcript(place, lines, (ms) => this.jump(ms));
    this.draw();
  }

  private async fetchMoments(root: HTMLElement, space: string): Promise<void> {
    const moments = await replayMoments(space).catch(() => null);
    if (this.root !== root || !moments) return;
    this.words = moments.messages;
    this.taps = moments.reactions;
    this.draw();
  }

  /** Go there, and listen. */
  private jump(ms: number): void {
    if (!this.info) return;
    this.replay.load(this.info, ms);
    void this.replay.play();
  }

  private clicked(event: MouseEvent): void {
    const target = event.target instanceof Element ? event.target : null;
    const to = target?.closest<HTMLElement>("[data-replay-to]");
    if (to && this.info) {
      event.preventDefault();
      this.jump(Number(to.dataset["replayTo"]));
    }
  }

  private draw(): void {
    const { root, info } = this;
    if (!root?.isConnected || !info) return;
    const { atMs } = this.replay.state;
    const shown: Shown = {
      replay: this.replay,
      info,
      turns: this.turns,
      isLoaded: this.isLoaded,
      begin: () => {
        this.replay.load(info);
        void this.replay.play();
      },
    };
    const at = this.isLoaded ? atMs : 0;
    root.style.setProperty("--played", String(info.durationMs ? at / info.durationMs : 0));
    part(root, "seek", (place) => render(seekBar(shown), place));
    part(root, "controls", (place) => render(controls(shown), place));
    part(root, "chat", (place) => render(repeat(wordsAt(this.words, at), (one) => one.id, words), place));
    this.nameMoment(root, info, at);
    this.transcript?.show(at);
    this.floatTaps(root, at);
  }

  /** What is cut and what is shared begins here. */
  private nameMoment(root: HTMLElement, info: ReplayInfo, at: number): void {
    const seconds = Math.floor(at / 1000);
    const clip = root.querySelector<HTMLAnchorElement>("[data-replay-clip]");
    if (clip) clip.search = seconds > 0 ? `?t=${seconds}` : "";
    const share = root.querySelector<HTMLElement>("[data-replay-share]");
    if (share) share.dataset["shareUrl"] = seconds > 0 ? `${info.page}?t=${seconds}` : info.page;
  }

  private floatTaps(root: HTMLElement, at: number): void {
    const taps = tapsBetween(this.taps, this.lastMs, at);
    this.lastMs = at;
    const layer = root.querySelector<HTMLElement>("[data-replay-floats]");
    if (!layer || !this.replay.state.playing || window.matchMedia("(prefers-reduced-motion: reduce)").matches) return;
    for (const [kind, sum] of Object.entries(taps)) {
      if (layer.childElementCount < FLOATING_MOST) float(layer, reactionLabel(kind, sum));
    }
  }
}

const words = (one: RoomWords) => html`<li class="replay__words"><span class="strong">${one.name}</span> <span dir="auto">${one.text}</span></li>`;

function part(root: HTMLElement, name: string, draw: (place: HTMLElement) => void): void {
  const place = root.querySelector<HTMLElement>(`[data-replay-${name}]`);
  if (place) draw(place);
}

function infoOf({ dataset }: HTMLElement): ReplayInfo {
  return {
    space: dataset["replay"] ?? "",
    url: dataset["replayUrl"] ?? "",
    title: dataset["replayTitle"] ?? "",
    who: dataset["replayWho"] ?? "",
    picture: dataset["replayPicture"] ?? "",
    page: dataset["replayPage"] ?? "",
    durationMs: Number(dataset["replayMs"] ?? 0),
  };
}
