// The page of a Space (not the room over it): it follows what happens there, joined or not.

import type { Player } from "./player/player";
import { shortCount } from "./lib/format";
import type { LiveSocket } from "./socket";
import type { Frame } from "./types";
import { refreshMain } from "./navigation";
import { removeRings } from "./view/bubbles";

/** What the page shows beside the count and the end: who is on stage, and whether the host is here. */
const CHANGES = new Set([
  "space.host_left",
  "space.host_returned",
  "space.host_changed",
  "space.edited",
  "stage.joined",
  "stage.left",
  "stage.role_changed",
]);
/** 200 pages a second at most, whatever the size of the audience; nobody waits longer than LONGEST_MS. */
const MS_PER_LISTENER = 5;
const LONGEST_MS = 10_000;

/** The live Space whose page is open, "" on any other page. */
function spaceOfPage(): string {
  const root = document.querySelector<HTMLElement>("#main[data-space-state=live], #main [data-space-state=live]");
  return root?.dataset["space"] ?? "";
}

function showCount(space: string, count: number): void {
  for (const number of document.querySelectorAll<HTMLElement>(`[data-listeners="${CSS.escape(space)}"]`)) {
    number.textContent = shortCount(count);
  }
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
    if (space === this.watched || !this.socket.isOpen) return;
    if (this.watched && this.watched !== joined) {
      this.socket.command("space.unwatch", { space: this.watched }).catch(() => undefined);
    }
    this.watched = space;
    if (space && space !== joined) {
      this.socket.command("space.watch", { space }).catch(() => undefined);
    }
  }

  private receive(frame: Frame): void {
    if (!frame.space) return;
    const data = (frame.data ?? {}) as { listeners?: number };
    if (frame.type === "space.tick" || frame.type === "space.snapshot") {
      if (typeof data.listeners !== "number") return;
      showCount(frame.space, data.listeners);
      if (frame.space === spaceOfPage()) this.listeners = data.listeners;
    } else if (frame.type === "space.removed") {
      // At once: the page says why there is no way in any more.
      this.refreshSoon(frame.space, true);
    } else if (frame.type === "space.ended") {
      removeRings(frame.space);
      this.refreshSoon(frame.space, true);
    } else if (CHANGES.has(frame.type)) {
      this.refreshSoon(frame.space, false);
    }
  }

  /** Draw the page anew, within a time that grows with how many do so too. */
  private refreshSoon(space: string, ended: boolean): void {
    if (space !== spaceOfPage()) return;
    clearTimeout(this.timer);
    const within = Math.min(LONGEST_MS, this.listeners * MS_PER_LISTENER);
    this.timer = setTimeout(() => {
      if (space !== spaceOfPage()) return;
      // Who is in the middle of something on the page keeps it; only an end is worth losing one's place.
      const main = document.getElementById("main");
      const busy = main?.querySelector("dialog[open]") || (document.activeElement !== main && main?.contains(document.activeElement));
      if (ended || !busy) refreshMain();
    }, Math.random() * within);
  }
}
