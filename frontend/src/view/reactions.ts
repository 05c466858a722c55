// Reactions: a tray to tap, and what everybody taps, rising calmly over the room.

import { html, nothing } from "lit-html";
import { can } from "../acts";
import { t } from "../lib/words";
import { isGuest } from "../player/state";
import { REACTIONS } from "../room/reactions";
import type { Parts } from "../room/parts";
import { act } from "./act";
import { hintForGuests } from "./guest";

/** More at once would be noise. */
const FLOATING_MOST = 14;
/** How long the counts stand where nothing floats. */
const COUNTS_MS = 4_000;

export function toggleTray(parts: Parts): void {
  const { state } = parts.player;
  if (isGuest(state)) return hintForGuests(t("Create an account to react. It takes half a minute."));
  if (can(state.snapshot, "space.react")) parts.tray.set({ open: !parts.tray.state.open });
}

export function tray(parts: Parts) {
  if (!parts.tray.state.open || !can(parts.player.state.snapshot, "space.react")) return nothing;
  return html`<div class="tray" role="group" aria-label=${t("Reactions")} data-panel="reactions">
    ${REACTIONS.map(
      ({ kind, name }) =>
        html`<button type="button" class="tray__kind" aria-label=${name} data-kind=${kind} @click=${() => void act(parts.player, "space.react", { kind })}>
          ${kind}
        </button>`,
    )}
  </div>`;
}

/** "❤️ 12", or the kind alone for a single tap. */
export function reactionLabel(kind: string, taps: number): string {
  return taps > 1 ? `${kind} ${taps}` : kind;
}

/** Let a mark rise in `layer`. */
export function float(layer: HTMLElement, text: string): void {
  const span = document.createElement("span");
  span.className = "floats__one";
  span.textContent = text;
  span.style.setProperty("--x", String(Math.random()));
  span.style.setProperty("--sway", (Math.random() * 2 - 1).toFixed(2));
  span.addEventListener("animationend", () => span.remove());
  layer.append(span);
}

/** Show what was tapped: one mark a kind and tick; under reduced motion only counts, which stand still. */
export function showReactions(parts: Parts, room: HTMLElement): void {
  const still = window.matchMedia("(prefers-reduced-motion: reduce)");
  let counts: Record<string, number> = {};
  let timer: ReturnType<typeof setTimeout> | undefined;

  const count = (layer: HTMLElement, taps: Record<string, number>) => {
    for (const [kind, more] of Object.entries(taps)) counts[kind] = (counts[kind] ?? 0) + more;
    const line = layer.querySelector(".floats__counts") ?? layer.appendChild(document.createElement("p"));
    line.className = "floats__counts";
    line.textContent = Object.entries(counts)
      .map(([kind, sum]) => reactionLabel(kind, sum))
      .join("  ");
    clearTimeout(timer);
    timer = setTimeout(() => {
      counts = {};
      room.querySelector(".floats__counts")?.remove();
    }, COUNTS_MS);
  };

  parts.player.on("reactions", (taps) => {
    const layer = room.querySelector<HTMLElement>(".floats");
    if (!layer || document.visibilityState === "hidden") return;
    if (still.matches) return count(layer, taps);
    for (const [kind, sum] of Object.entries(taps)) {
      if (layer.childElementCount < FLOATING_MOST) float(layer, reactionLabel(kind, sum));
    }
  });
}
