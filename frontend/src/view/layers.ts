// Draws the room and the bar whenever the player changes, and keeps focus and swipes right between them.

import type { Store } from "../lib/events";
import type { Parts } from "../room/parts";
import { CaptionScroll } from "./captions";
import { ChatScroll } from "./chat";
import { followListenerFaces } from "./listener-faces";
import { animateLevels } from "./levels";
import { drawPlayerBar } from "./player-bar";
import { showReactions } from "./reactions";
import type { ReplayPage } from "./replay-page";
import { drawRoom, isRoomShown } from "./room";

const BEHIND = "#main, .top-bar, [data-nav], #player, .skip-link";
const SWIPE_PX = 60;

/** On the phone the room lies over the page: what is behind it cannot be reached until it is closed. */
function coverPage(covered: boolean): void {
  for (const part of document.querySelectorAll<HTMLElement>(BEHIND)) part.inert = covered;
}

/** Call `run` when a finger moved at least SWIPE_PX down (1) or up (-1) on `root`, starting in `handle`. */
function onSwipe(root: HTMLElement, handle: string, direction: 1 | -1, run: () => void): void {
  let startY: number | null = null;
  root.addEventListener(
    "touchstart",
    (event) => {
      const inside = event.target instanceof Element && event.target.closest(handle);
      startY = inside && event.touches.length === 1 ? (event.touches[0]?.clientY ?? null) : null;
    },
    { passive: true },
  );
  root.addEventListener(
    "touchend",
    (event) => {
      const endY = event.changedTouches[0]?.clientY;
      if (startY !== null && endY !== undefined && (endY - startY) * direction > SWIPE_PX) run();
      startY = null;
    },
    { passive: true },
  );
}

export function startLayers(parts: Parts, replayPage: ReplayPage): void {
  const { player } = parts;
  const room = document.getElementById("room");
  const bar = document.getElementById("player");
  if (!room || !bar) return;
  const desktop = window.matchMedia("(min-width: 1024px)");
  const scrolls = [new ChatScroll(room, parts.chat), new CaptionScroll(room, parts.captions)];
  let wasShown = false;

  const draw = () => {
    for (const scroll of scrolls) scroll.before();
    drawRoom(parts, room);
    for (const scroll of scrolls) scroll.after();
    drawPlayerBar(parts, bar, replayPage);
    const shown = isRoomShown(player.state);
    coverPage(shown && !desktop.matches);
    if (shown !== wasShown) {
      const target = shown ? room.querySelector<HTMLElement>("#room-title") : bar.querySelector<HTMLElement>(".player__open");
      // A room that opens by itself after a reload must not take the focus from the page.
      if (navigator.userActivation?.hasBeenActive ?? true) target?.focus({ preventScroll: true });
    }
    wasShown = shown;
  };

  player.store.subscribe(draw);
  for (const store of [parts.chat.store, parts.captions.store, parts.mutes.store, parts.tipping.store, parts.tray, parts.replay.store]) (store as Store<object>).subscribe(draw);
  showReactions(parts, room);
  desktop.addEventListener("change", draw);
  // Whoever follows a link out of the sheet wants to see where it leads.
  room.addEventListener("click", (event) => {
    if (!desktop.matches && event.target instanceof Element && event.target.closest("a[href]:not([target])")) player.openRoom(false);
  });
  onSwipe(room, ".room__head", 1, () => player.openRoom(false));
  onSwipe(bar, ".player", -1, () => player.openRoom(true));
  animateLevels(player, room);
  followListenerFaces(player.store, draw);
  // The clock of "the Space ends in 1:58".
  setInterval(() => {
    if (player.state.snapshot?.space.host_absent_until && isRoomShown(player.state)) draw();
  }, 1000);
}
