// The page of a Space (not the room over it): it follows what happens there, joined or not.

import type { Player } from "./player/player";
import { viewer } from "./player/state";
import { shortCount } from "./lib/words";
import type { LiveSocket } from "./socket";
import type { Frame } from "./types";
import { refreshMain } from "./navigation";
import { removeRings } from "./view/bubbles";

/** What the page shows beside the count and the end: who is on stage, whether the host is here, and when it starts. */
const CHANGES = new Set([
  "space.moved",
  "space.host_left",
  "space.host_returned",
  "space.host_changed",
  "space.edited",
  "space.ticketed",
  "stage.joined",
  "stage.left",
  "stage.role_changed",
]);
/** What makes it another page, which is worth losing one's place. */
const TURNS = new Set(["space.started", "space.cancelled", "space.expired", "space.ended"]);
/** 200 pages a second at most, whatever the size of the audience; nobody waits longer than LONGEST_MS. */
const MS_PER_LISTENER = 5;
const LONGEST_MS = 10_000;

/** The root of the page of a live or announced Space, null on any other page. */
function rootOfPage(): HTMLElement | null {
  return document.querySelector<HTMLElement>("#main [data-space-state=live], #main [data-space-state=scheduled]");
}

/** The live or announced Space whose page is open, "" on any other page. */
function spaceOfPage(): string {
  return rootOfPage()?.dataset["space"] ?? "";
}

function showCount(space: string, count: number): void {
  for (const number of document.querySelectorAll<HTMLElement>(`[data-listeners="${CSS.escape(space)}"]`)) {
    number.textContent = shortCount(count);
  }
}

/** Whether somebody is in the middle of something on the page: drawing it anew keeps the focus only where it has an id. */
function isBusy(): boolean {
  const main = document.getElementById("main");
  const { activeElement: focused } = document;
  const wouldBeLost = focused !== main && main?.contains(focused) && !focused?.id;
  return Boolean(wouldBeLost || main?.querySelector("dialog[open]"));
}

/** Who is in a Space already is offered the room, not to come in: `data-inside` of a join button's label says how. */
function showWhereWeAre(joined: string): void {
  for (const label of document.querySelectorAll<HTMLElement>("[data-join-space] [data-inside]")) {
    const outside = (label.dataset["before"] ??= label.textContent ?? "");
    const space = label.closest<HTMLElement>("[data-join-space]")?.dataset["joinSpace"];
    label.textContent = (space === joined ? label.dataset["inside"] : outside) ?? outside;
  }
  for (const hint of document.querySelectorAll<HTMLElement>("#main [data-outside]")) hint.hidden = joined === spaceOfPage();
}

/** Watches the Space of the page while one is not in it (who is in it hears of it anyway). */
export class SpacePage {
  private watched = "";
  private listeners = 0;
  /** The Space that has started while one waited on its page. */
  private opening = "";
  private timer: ReturnType<typeof setTimeout> | undefined;

  constructor(
    private readonly socket: LiveSocket,
    private readonly player: Player,
  ) {
    socket.on("frame", (frame) => this.receive(frame));
    socket.on("welcome", () => {
      this.watched = "";
      this.refresh();
    });
    let phase = player.state.phase;
    player.store.subscribe((state) => {
      if (state.phase === phase) return;
      phase = state.phase;
      // Leaving a Space ends its watch; its page, if that is where we are, goes on following.
      if (phase !== "live") this.watched = "";
      this.refresh();
    });
  }

  /** After each move. */
  refresh(): void {
    const space = spaceOfPage();
    const joined = this.player.state.phase === "live" || this.player.state.phase === "joining" ? this.player.state.spaceId : "";
    if (space) showWhereWeAre(joined ?? "");
    this.openWhatWasWaitedFor(space);
    if (space === this.watched || !this.socket.isOpen) return;
    if (this.watched && this.watched !== joined) {
      this.socket.command("space.unwatch", { space: this.watched }).catch(() => undefined);
    }
    this.watched = space;
    if (space && space !== joined) {
      this.socket.command("space.watch", { space }).catch(() => undefined);
    }
  }

  /** Whoever waited for this Space, and listens nowhere else, is let in without a tap (`view/joining` does it). */
  private openWhatWasWaitedFor(space: string): void {
    const root = rootOfPage();
    if (!this.opening || !root || root.dataset["spaceState"] !== "live") return;
    const { phase } = this.player.state;
    // Without a ticket the page says how to get one.
    const mayEnter = root.dataset["needsTicket"] === undefined;
    if (space === this.opening && mayEnter && viewer() && phase !== "live" && phase !== "joining") root.dataset["opensItself"] = "";
    this.opening = "";
  }

  private receive(frame: Frame): void {
    if (!frame.space) return;
    const data = (frame.data ?? {}) as { listeners?: number; waiting?: number; count?: number; space?: { state?: string } };
    if (frame.type === "space.waiting") {
      this.waiting(frame.space, data.count ?? 0);
    } else if (frame.type === "space.tick" || frame.type === "space.snapshot") {
      if (data.space?.state === "scheduled") this.waiting(frame.space, data.waiting ?? 0);
      this.turnedMeanwhile(frame.space, data.space?.state);
      if (typeof data.listeners !== "number" || rootOfPage()?.dataset["spaceState"] === "scheduled") return;
      showCount(frame.space, data.listeners);
      if (frame.space === spaceOfPage()) this.listeners = data.listeners;
    } else if (frame.type === "space.removed") {
      // At once: the page says why there is no way in any more.
      this.refreshSoon(frame.space, true);
    } else if (TURNS.has(frame.type)) {
      if (frame.type === "space.ended") removeRings(frame.space);
      if (frame.type === "space.started" && frame.space === spaceOfPage()) this.opening = frame.space;
      this.refreshSoon(frame.space, true);
    } else if (CHANGES.has(frame.type)) {
      this.refreshSoon(frame.space, false);
    }
  }

  /** So many wait, and all read the page when it turns into the room. */
  private waiting(space: string, count: number): void {
    if (space === spaceOfPage()) this.listeners = count;
  }

  /** The page says "scheduled" and the snapshot no more: it turned between the page and the socket, or while offline. */
  private turnedMeanwhile(space: string, state: string | undefined): void {
    const root = rootOfPage();
    if (!state || state === "scheduled" || space !== spaceOfPage() || root?.dataset["spaceState"] !== "scheduled") return;
    if (state === "live") this.opening = space;
    this.refreshSoon(space, true);
  }

  /** Draw the page anew, within a time that grows with how many do so too. */
  private refreshSoon(space: string, ended: boolean): void {
    if (space !== spaceOfPage()) return;
    clearTimeout(this.timer);
    const within = Math.min(LONGEST_MS, this.listeners * MS_PER_LISTENER);
    this.timer = setTimeout(() => {
      if (space !== spaceOfPage()) return;
      if (ended || !isBusy()) refreshMain();
    }, Math.random() * within);
  }
}
