// The strip on top of home, and the purple ring round every face that is on a live stage.

import { html, render } from "lit-html";
import { repeat } from "lit-html/directives/repeat.js";
import { announce } from "../announce";
import { reportSeen, spaceCard } from "../api";
import { bubbleLabel, bubbleName, reduceBubbles } from "../bubbles-state";
import type { Bubbles } from "../bubbles-state";
import { t } from "../lib/words";
import type { LiveSocket } from "../socket";
import type { Bubble, Frame } from "../types";
import { levelMark } from "./icons";
import { avatar } from "./person";

let state: Bubbles = { list: [], fresh: new Set() };
/** Before the first snapshot the server's own rendering stands. */
let known = false;

function bubbleRow(bubble: Bubble) {
  return html`<li>
    <a
      class=${state.fresh.has(bubble.space) ? "bubble is-new" : "bubble"}
      href="/spaces/${bubble.space}/"
      data-space=${bubble.space}
      data-join-space=${bubble.space}
      data-title=${bubble.title}
      aria-label=${bubbleLabel(bubble)}
    >
      <span class="faces" aria-hidden="true">${bubble.people.slice(0, 3).map((person) => avatar(person, 36))}</span>
      <span class="bubble__name">${bubbleName(bubble)}</span>
      ${levelMark}
    </a>
  </li>`;
}

const drawn = new WeakSet<Element>();

/** Draw the strip, where the page has one. */
export function drawBubbles(): void {
  const list = document.querySelector<HTMLElement>("#bubbles .bubbles__list");
  if (!list || !known) return;
  if (!drawn.has(list)) {
    // The server's rows give way to ours, which are the same.
    list.replaceChildren();
    drawn.add(list);
  }
  render(
    repeat(
      state.list,
      (bubble) => bubble.space,
      (bubble) => bubbleRow(bubble),
    ),
    list,
  );
  tellOfSeen();
}

/** Bubbles that were on this page's screen: each is told of once, those of one moment together. */
const seen = new Set<string>();
let seenTimer: ReturnType<typeof setTimeout> | undefined;
const SEEN_AFTER_MS = 2_000;

function tellOfSeen(): void {
  clearTimeout(seenTimer);
  seenTimer = setTimeout(() => {
    if (document.visibilityState !== "visible" || !document.querySelector("#bubbles")) return;
    const spaces = state.list.map((bubble) => bubble.space).filter((space) => !seen.has(space)).slice(0, 50);
    if (spaces.length === 0) return;
    for (const space of spaces) seen.add(space);
    reportSeen(spaces);
  }, SEEN_AFTER_MS);
}

function setRing(face: HTMLElement, space: string | null): void {
  face.classList.toggle("is-live", space !== null);
  const link = face instanceof HTMLAnchorElement ? face : null;
  if (space === null) {
    delete face.dataset["joinSpace"];
    if (link?.dataset["profile"]) link.href = link.dataset["profile"];
  } else {
    face.dataset["ringSpace"] = space;
    if (!link) return;
    link.dataset["joinSpace"] = space;
    link.href = `/spaces/${space}/`;
  }
  if (!link) return;
  const { name } = link.dataset;
  if (name) link.setAttribute("aria-label", space === null ? name : t("{name} is live. Listen.", { name }));
}

/** Give the ring to the people of a bubble. */
function addRings(bubbles: readonly Bubble[]): void {
  for (const bubble of bubbles) {
    for (const person of bubble.people) {
      for (const face of document.querySelectorAll<HTMLElement>(`[data-ring-user="${CSS.escape(person.id)}"]`)) {
        if (!face.classList.contains("is-live") || face.dataset["joinSpace"] !== bubble.space) setRing(face, bubble.space);
      }
    }
  }
}

/** Take the ring from everybody on the stage of `space`. */
export function removeRings(space: string): void {
  const marked = `[data-ring-user][data-join-space="${space}"], [data-ring-user][data-ring-space="${space}"]`;
  for (const face of document.querySelectorAll<HTMLElement>(marked)) setRing(face, null);
}

function receive(frame: Frame): void {
  const before = state;
  state = reduceBubbles(state, frame);
  if (frame.type === "bubbles.snapshot") known = true;
  if (state === before) return;
  if (frame.type === "bubble.shown" && !before.list.some((bubble) => bubble.space === (frame.data as Bubble).space)) {
    announce(bubbleLabel(frame.data as Bubble));
  }
  for (const bubble of before.list) {
    if (!state.list.some((other) => other.space === bubble.space)) removeRings(bubble.space);
  }
  refreshBubbles();
}

/** After the page changed: the strip and the rings as they are now. */
export function refreshBubbles(): void {
  drawBubbles();
  addRings(state.list);
}

/** Follow the socket; `onShown` when there is more to tap than before. */
export function startBubbles(socket: LiveSocket, onShown: () => void): void {
  socket.on("frame", (frame) => {
    receive(frame);
    if (frame.type === "bubble.shown" || frame.type === "bubbles.snapshot") onShown();
    if (frame.type === "bubble.hidden") checkCard((frame.data as { space: string }).space);
  });
}

/** How long after an end the pages that show its card may ask: they all hear of it at once. */
const SPREAD_MS = 3_000;

/** A card of a Space whose bubble went: it may have ended, or only nobody one follows is on its stage any more. */
function checkCard(space: string): void {
  const selector = `.space-card[data-space="${CSS.escape(space)}"]`;
  if (!document.querySelector(selector)) return;
  setTimeout(() => {
    void spaceCard(space).then(
      (card) => card.state === "ended" && document.querySelectorAll<HTMLElement>(selector).forEach(showEnded),
      () => undefined,
    );
  }, Math.random() * SPREAD_MS);
}

function showEnded(card: HTMLElement): void {
  card.classList.remove("space-card--live");
  const badge = card.querySelector(".badge--live");
  badge?.classList.remove("badge--live");
  badge?.replaceChildren(t("Ended"));
  card.querySelector(".space-card__meta")?.remove();
}
