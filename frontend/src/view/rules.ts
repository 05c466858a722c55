// The host's rules: shown to whoever comes in, until they say that they have read them (once a tab and text).

import { html, nothing } from "lit-html";
import { t } from "../lib/words";
import { ownRole, onStage } from "../player/state";
import type { PlayerState } from "../player/state";
import type { Parts } from "../room/parts";
import { openLiveSheet } from "./live-sheet";

const READ_KEY = "spaces.rules";

function keyOf(state: PlayerState): string {
  return `${state.spaceId} ${state.snapshot?.space.rules ?? ""}`;
}

function isRead(key: string): boolean {
  try {
    return sessionStorage.getItem(READ_KEY) === key;
  } catch {
    return false;
  }
}

let readNow = "";

export function rulesCard(parts: Parts, state: PlayerState) {
  const rules = state.snapshot?.space.rules;
  const key = keyOf(state);
  if (!rules || state.phase !== "live" || onStage(ownRole(state)) || key === readNow || isRead(key)) return nothing;
  return html`<section class="rules" data-notice="rules" aria-label=${t("Rules of this Space")}>
    <h3 class="rules__title">${t("Rules of this Space")}</h3>
    <p class="rules__text">${rules}</p>
    <button
      type="button"
      class="button button--quiet"
      data-act="rules-read"
      @click=${() => {
        readNow = key;
        try {
          sessionStorage.setItem(READ_KEY, key);
        } catch {
          // Forbidden: then it is remembered until the page is left.
        }
        parts.player.store.set({});
      }}
    >
      ${t("Got it")}
    </button>
  </section>`;
}

export function openRules(parts: Parts): void {
  openLiveSheet(parts, {
    name: "rules",
    title: t("Rules of this Space"),
    body: () => html`<p class="rules__text">${parts.player.state.snapshot?.space.rules ?? ""}</p>`,
  });
}
