// To whom the host hands the Space over.

import { html } from "lit-html";
import { heirs } from "../acts";
import { t } from "../lib/words";
import { viewer } from "../player/state";
import type { Parts } from "../room/parts";
import { closeSheet, openLiveSheet } from "./live-sheet";
import { avatar } from "./person";
import { ROLE_WORDS, handOver } from "./person-sheet";

/** Resolves to whether somebody else is the host now. */
export function openHeirs(parts: Parts): Promise<boolean> {
  return new Promise((resolve) => {
    let done = false;
    openLiveSheet(parts, {
      name: "heirs",
      title: t("Who takes over?"),
      onClose: () => resolve(done),
      body: () => html`<ul class="askers">
        ${(parts.player.state.snapshot ? heirs(parts.player.state.snapshot, viewer()) : []).map(
          (person) =>
            html`<li class="asker">
              <button
                type="button"
                class="asker__who"
                data-user=${person.id}
                @click=${async () => {
                  done = await handOver(parts, person);
                  if (done) closeSheet("heirs");
                }}
              >
                ${avatar(person, 48)}
                <span class="asker__text"
                  ><span class="asker__name clip">${person.name}</span><span class="muted small">${ROLE_WORDS[person.role]}</span></span
                >
              </button>
            </li>`,
        )}
      </ul>`,
    });
  });
}
