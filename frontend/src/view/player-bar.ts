// The thin bar while one listens: what, who speaks, mute, leave. A tap or a swipe up opens the room.

import { html, nothing, render } from "lit-html";
import { firstName, namesInWords } from "../lib/format";
import { t, tn } from "../lib/words";
import { onStage, ownRole, viewer } from "../player/state";
import type { PlayerState } from "../player/state";
import type { Parts } from "../room/parts";
import { sameUser } from "../types";
import { icon, levelMark } from "./icons";
import { leaveOrEnd } from "./leaving";
import { openQueue } from "./queue";
import { replayBar } from "./replay-bar";
import type { ReplayPage } from "./replay-page";
import { isRoomShown } from "./room";

/** "Maya is speaking", "Maya and Tom are speaking"; else what is the matter, or that it is quiet. */
function whoWords(state: PlayerState): string {
  if (state.phase === "joining") return t("Joining…");
  if (state.phase !== "live") return state.message;
  if (state.sound === "blocked") return t("Tap to hear");
  if (state.sound === "reconnecting") return t("Reconnecting…");
  if (state.sound === "none") return t("Audio is not available");
  const names = state.speaking.flatMap((id) => {
    const person = state.snapshot?.stage.find((other) => other.id === id);
    if (!person) return [];
    return [sameUser(id, viewer()) ? "" : firstName(person.name)];
  });
  if (names.length === 0) return onStage(ownRole(state)) && !state.micOn ? t("You are muted") : t("Quiet right now");
  const [name = ""] = names;
  if (names.length === 1) return name ? t("{name} is speaking", { name }) : t("You are speaking");
  return t("{names} are speaking", { names: namesInWords(names.map((one) => one || t("You"))) });
}

function button(name: string, label: string, image: Parameters<typeof icon>[0], run: () => void, pressed?: boolean) {
  return html`<button
    type="button"
    class=${pressed ? "player__button is-on" : "player__button"}
    data-action=${name}
    aria-label=${label}
    aria-pressed=${pressed === undefined ? nothing : String(pressed)}
    @click=${run}
  >
    ${icon(image, 24)}
  </button>`;
}

function buttons(state: PlayerState, parts: Parts) {
  const { player } = parts;
  if (state.phase === "live") {
    const speaks = onStage(ownRole(state)) && state.sound !== "none";
    const hosting = ownRole(state) === "host";
    const waiting = state.snapshot?.queue?.length ?? 0;
    return html`${state.sound === "blocked"
      ? button("hear", t("Tap to hear"), "volume", () => void player.sound.unblock())
      : nothing}
    ${speaks
      ? button(
          "mic",
          state.micOn ? t("Mute") : t("Unmute"),
          state.micOn ? "mic" : "mic-off",
          () => void player.mic.toggle(),
          state.micOn,
        )
      : nothing}
    ${waiting > 0
      ? html`<button
          type="button"
          class="player__button"
          data-action="queue"
          aria-label=${tn("{count} person asks to speak", "{count} people ask to speak", waiting)}
          @click=${() => openQueue(parts)}
        >
          ${icon("hand", 24)}<span class="action__count number">${waiting > 99 ? "99+" : waiting}</span>
        </button>`
      : nothing}
    ${button(hosting ? "end" : "leave", hosting ? t("End or leave") : t("Leave"), "leave", () => void leaveOrEnd(parts))}`;
  }
  if (state.phase === "joining") return button("leave", t("Leave"), "leave", () => void player.leave());
  return button("close", t("Close"), "close", () => void player.dismiss());
}

function again(state: PlayerState, parts: Parts) {
  const { player } = parts;
  const label = { superseded: t("Listen here"), offered: t("Listen again"), refused: t("Try again") }[state.phase as string];
  if (!label) return nothing;
  return html`<button
    type="button"
    class="button button--quiet"
    data-action="again"
    @click=${() => void player.join(state.spaceId, { title: state.title, open: state.phase === "offered" })}
  >
    ${label}
  </button>`;
}

function bar(state: PlayerState, parts: Parts) {
  const { player } = parts;
  const who = state.phase === "offered" ? t("You were listening to this") : whoWords(state);
  return html`<div class=${isRoomShown(state) ? "player is-covered" : "player"} role="region" aria-label=${t("Player")}>
    <button
      type="button"
      class="player__open"
      data-action="open"
      ?disabled=${state.phase === "offered"}
      @click=${() => player.openRoom(true)}
    >
      ${state.speaking.length > 0 && state.phase === "live" ? levelMark : nothing}
      <span class="player__text">
        <span class="player__title">${state.title || t("Space")}</span>
        <span class="player__who">${who}</span>
      </span>
    </button>
    ${again(state, parts)} ${buttons(state, parts)}
  </div>`;
}

/** What is live comes first; a replay has the bar while its own page is not open. */
export function drawPlayerBar(parts: Parts, root: HTMLElement, page: ReplayPage): void {
  const { state } = parts.player;
  const { state: replay } = parts.replay;
  const again = replay.info && !page.shows(replay.info.space) && (replay.playing || replay.atMs > 0) ? replay.info : null;
  render(state.phase !== "idle" ? bar(state, parts) : again ? replayBar(parts.replay, again, replay) : nothing, root);
}
