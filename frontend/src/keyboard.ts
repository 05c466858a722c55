// The keys: M mute, hold Space to talk, H hand, C captions, R reactions, L listeners, / search, ? all keys; on the page of a
// replay K, arrows, N and P, [ and ]. Esc closes the top layer (dialogs do that themselves).

import { html } from "lit-html";
import { t, tp } from "./lib/words";
import type { Player } from "./player/player";
import { onStage, ownRole } from "./player/state";
import type { PlayerState } from "./player/state";
import { nextRate } from "./replay/steps";
import type { Parts } from "./room/parts";
import { captionsUnavailable } from "./view/captions";
import { openSheet } from "./view/dialogs";
import { openHand } from "./view/hand";
import { openListeners } from "./view/listeners";
import { openQueue } from "./view/queue";
import { toggleTray } from "./view/reactions";
import type { ReplayPage } from "./view/replay-page";
import { isRoomShown } from "./view/room";
import { toast } from "./view/toasts";

interface Key {
  key: string;
  shown: string;
  does: string;
  when: (state: PlayerState) => boolean;
  run: (parts: Parts, page: ReplayPage) => void;
}

const inRoom = (state: PlayerState): boolean => state.phase === "live";
const speaks = (state: PlayerState): boolean => inRoom(state) && onStage(ownRole(state));

const hearsAgain = (): boolean => document.querySelector("#main [data-replay]") !== null;

const isRoomShownLive = (state: PlayerState): boolean => inRoom(state) && isRoomShown(state);

function hand(parts: Parts): void {
  if (parts.player.state.snapshot?.queue) openQueue(parts);
  else openHand(parts);
}

function captions(parts: Parts): void {
  const unavailable = parts.captions.state.on ? "" : captionsUnavailable(parts.player.state);
  if (unavailable) toast(unavailable);
  else parts.captions.toggle();
}

/** Into the field of the search page, or to that page, which takes the focus itself. */
function openSearch({ player }: Parts): void {
  // The phone's room lies over the page.
  if (!window.matchMedia("(min-width: 1024px)").matches) player.openRoom(false);
  const field = document.querySelector<HTMLInputElement>("#search-q");
  if (field) {
    field.focus();
    field.select();
    return;
  }
  // The link is there on every page, and htmx follows it without cutting the sound.
  document.querySelector<HTMLAnchorElement>("[data-nav] a[data-path='/search/']")?.click();
}

const KEYS: Key[] = [
  { key: "m", shown: "M", does: t("Mute or unmute"), when: speaks, run: ({ player }) => void player.mic.toggle() },
  { key: "h", shown: "H", does: t("Ask to speak; as host, see who asks"), when: inRoom, run: (parts) => hand(parts) },
  { key: "r", shown: "R", does: t("React"), when: isRoomShownLive, run: toggleTray },
  { key: "c", shown: "C", does: t("Captions"), when: isRoomShownLive, run: captions },
  { key: "l", shown: "L", does: t("Show the listeners"), when: inRoom, run: openListeners },
  { key: "k", shown: "K", does: t("Play or pause the replay"), when: hearsAgain, run: ({ replay }) => replay.toggle() },
  { key: "arrowleft", shown: "←", does: t("Back 10 seconds"), when: hearsAgain, run: ({ replay }) => replay.back() },
  { key: "arrowright", shown: "→", does: t("Forward 30 seconds"), when: hearsAgain, run: ({ replay }) => replay.on() },
  { key: "n", shown: "N", does: t("Next speaker"), when: hearsAgain, run: (_, page) => page.nextSpeaker() },
  { key: "p", shown: "P", does: t("Previous speaker"), when: hearsAgain, run: (_, page) => page.previousSpeaker() },
  { key: "[", shown: "[", does: t("Slower"), when: hearsAgain, run: ({ replay }) => replay.setRate(nextRate(replay.state.rate, -1)) },
  { key: "]", shown: "]", does: t("Faster"), when: hearsAgain, run: ({ replay }) => replay.setRate(nextRate(replay.state.rate, 1)) },
  { key: "/", shown: "/", does: t("Search"), when: () => true, run: openSearch },
  { key: "?", shown: "?", does: t("Show all keys"), when: () => true, run: () => showKeys() },
];

/** Keys that are listed but handled apart. */
const ALSO = [
  { shown: tp("key", "Space"), does: t("Hold to talk") },
  { shown: "Esc", does: t("Close the top layer") },
];

let helpOpen = false;

function showKeys(): void {
  if (helpOpen) return;
  helpOpen = true;
  openSheet({
    name: "keys",
    title: t("Keys"),
    onClose: () => {
      helpOpen = false;
    },
    body: () => html`<dl class="keys">
      ${[...KEYS, ...ALSO].map((key) => html`<div class="keys__row"><dt><kbd>${key.shown}</kbd></dt><dd>${key.does}</dd></div>`)}
    </dl>`,
  });
}

/** Whether the keystroke belongs to what has the focus. */
export function isTyping(target: EventTarget | null): boolean {
  if (!(target instanceof HTMLElement)) return false;
  return target.isContentEditable || target.closest("input, textarea, select, [role=textbox], [role=listbox]") !== null;
}

/** Space presses what has the focus; only elsewhere does it talk. */
function spaceIsFree(target: EventTarget | null): boolean {
  return !(target instanceof Element) || target.closest("button, a[href], summary, audio, video, [role=button], [tabindex='0']") === null;
}

const layerOpen = (): boolean => document.querySelector("dialog[open]") !== null;

/** What lies on top of the room is put away first, then the room. */
function escape({ player, tray, chat }: Parts): void {
  if (tray.state.open) tray.set({ open: false });
  else if (chat.state.open) chat.show(false);
  else player.openRoom(false);
}

/** The stage's own keys while no layer is open; Esc closes the top one. */
function pressed(event: KeyboardEvent, parts: Parts, page: ReplayPage): void {
  const { player } = parts;
  // Out of the chat also from its field: whoever wants to close it is most likely in it.
  if (event.key === "Escape" && !event.defaultPrevented && !layerOpen() && isRoomShown(player.state)) {
    escape(parts);
    return;
  }
  if (event.defaultPrevented || event.ctrlKey || event.metaKey || event.altKey || isTyping(event.target)) return;
  if (layerOpen()) return;
  const key = KEYS.find((one) => one.key === event.key.toLowerCase() && one.when(player.state));
  if (!key || event.repeat) return;
  event.preventDefault();
  key.run(parts, page);
}

function holdToTalk(player: Player): void {
  let holding = false;
  const stop = () => {
    if (!holding) return;
    holding = false;
    void player.mic.set(false);
  };
  document.addEventListener("keydown", (event) => {
    if (event.code !== "Space" || !speaks(player.state) || isTyping(event.target) || layerOpen()) return;
    if (!holding && !spaceIsFree(event.target)) return;
    // Neither scroll nor press anything while talking.
    event.preventDefault();
    if (event.repeat || player.state.micOn) return;
    holding = true;
    void player.mic.set(true);
  });
  document.addEventListener("keyup", (event) => {
    if (event.code === "Space") stop();
  });
  // The key's release is never seen when the window loses the focus.
  window.addEventListener("blur", stop);
}

export function startKeyboard(parts: Parts, page: ReplayPage): void {
  document.addEventListener("keydown", (event) => pressed(event, parts, page));
  holdToTalk(parts.player);
}
