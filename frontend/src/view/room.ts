// The room: a sheet over the page on the phone, a panel beside it on the desktop (docs/design.md has its markup).

import { html, nothing, render } from "lit-html";
import { repeat } from "lit-html/directives/repeat.js";
import { shortCount, t, tn } from "../lib/words";
import { ownPlace, viewer } from "../player/state";
import type { PlayerState } from "../player/state";
import type { Parts } from "../room/parts";
import type { Role, StagePerson, Topic } from "../types";
import { sameUser } from "../types";
import { actionName, actionsFor } from "./actions";
import type { Action } from "./actions";
import { captionsPanel } from "./captions";
import { chatPanel } from "./chat";
import { icon, levelMark } from "./icons";
import { leaveOrEnd } from "./leaving";
import { listenerFaces } from "./listener-faces";
import { openListeners } from "./listeners";
import { notices } from "./notices";
import { avatar, faces } from "./person";
import { openPerson } from "./person-sheet";
import { pins } from "./pins";
import { tray } from "./reactions";
import { recordingSign } from "./recording";
import { rulesCard } from "./rules";
import { toast } from "./toasts";

const ROLE_MARK: Record<Role, string> = { host: t("Host"), cohost: t("Co-host"), speaker: t("Speaker"), listener: "" };

/** Whether `person` is shown muted: one's own microphone is shown as it is here, not as the server has heard. */
function isMuted(person: StagePerson, state: PlayerState): boolean {
  return sameUser(person.id, viewer()) ? !state.micOn || state.micStarting : person.muted;
}

/** Only while the Space is on air: afterwards everybody has left. */
function isAway(person: StagePerson, state: PlayerState): boolean {
  return !person.present && state.snapshot?.space.state === "live";
}

function seatLabel(person: StagePerson, room: Parts): string {
  const { state } = room.player;
  const said = [person.name, ROLE_MARK[person.role]];
  if (isAway(person, state)) said.push(t("away"));
  else if (isMuted(person, state)) said.push(t("muted"));
  else if (state.speaking.includes(person.id)) said.push(t("speaking"));
  if (room.mutes.isBlocked(person.id)) said.push(t("blocked by you"));
  else if (room.mutes.isMuted(person.id)) said.push(t("muted for you"));
  return said.join(", ");
}

function seat(person: StagePerson, room: Parts) {
  const { state } = room.player;
  const muted = state.phase !== "ended" && isMuted(person, state);
  const speaking = person.present && !muted && state.speaking.includes(person.id);
  const away = isAway(person, state);
  const badge = room.mutes.has(person.id) ? "volume-off" : muted ? "mic-off" : null;
  const classes = ["stage__seat", speaking && "is-speaking", muted && "is-muted", away && "is-away"];
  return html`<li class=${classes.filter(Boolean).join(" ")} data-user=${person.id} data-role=${person.role}>
    <button
      type="button"
      class="stage__face"
      aria-label=${seatLabel(person, room)}
      ?disabled=${state.phase !== "live"}
      @click=${() => openPerson(room, person)}
    >
      <span class="stage__ring" aria-hidden="true"></span>${avatar(person, 72)}
      ${badge ? html`<span class="stage__mute" aria-hidden="true">${icon(badge, 16)}</span>` : nothing}
    </button>
    <span class="stage__name" aria-hidden="true">${person.name}</span>
    <span class="stage__role" aria-hidden="true">${away ? t("Away") : ROLE_MARK[person.role]}</span>
  </li>`;
}

const stageSkeleton = html`<ul class="stage" aria-hidden="true">
  <li class="stage__seat">
    <span class="skeleton skeleton--face"></span>
    <span class="stage__name"><span class="skeleton skeleton--line"></span></span>
  </li>
</ul>`;

function topics(list: Topic[]) {
  if (list.length === 0) return nothing;
  return html`<ul class="chips">
    ${list.map((topic) => html`<li class="chip">${topic.name}</li>`)}
  </ul>`;
}

function actionButton(action: Action, state: PlayerState, parts: Parts) {
  const pressed = action.pressed?.(state, parts) ?? false;
  const unavailable = action.unavailable?.(state, parts) ?? "";
  const count = action.count?.(state, parts) ?? 0;
  return html`<button
    type="button"
    class=${pressed ? "action is-on" : "action"}
    data-action=${action.name}
    aria-label=${count > 0 || action.spoken ? actionName(action, state, parts) : nothing}
    aria-pressed=${action.pressed ? String(pressed) : nothing}
    aria-keyshortcuts=${action.key ?? nothing}
    aria-disabled=${unavailable ? "true" : nothing}
    title=${unavailable || nothing}
    @click=${() => (unavailable ? toast(unavailable) : action.run(parts))}
  >
    <span class="action__icon"
      >${icon(action.icon(state), 24)}${count > 0 ? html`<span class="action__count number">${count > 99 ? "99+" : shortCount(count)}</span>` : nothing}</span
    >
    <span class="action__label">${action.label(state)}</span>
  </button>`;
}

/** How many listen; where there are more signs beside it, the number alone. */
function count(listeners: number, short: boolean) {
  const words = tn("{count} listening", "{count} listening", listeners);
  if (!short) return html`<span class="room__count number">${words}</span>`;
  return html`<span class="room__count number" title=${words}
    >${icon("headphones", 16)}<span aria-hidden="true">${shortCount(listeners)}</span
    ><span class="visually-hidden">${words}</span></span
  >`;
}

function status(state: PlayerState) {
  const listeners = state.snapshot?.listeners ?? 0;
  if (state.phase === "live") {
    return html`<span class="badge badge--live">${levelMark}${t("Live")}</span>
      ${recordingSign(state)}
      ${state.snapshot?.space.locked
        ? html`<span class="badge room__locked" title=${t("Locked: nobody new can come in")}
            >${icon("lock", 16)}<span class="visually-hidden">${t("Locked")}</span></span
          >`
        : nothing}
      ${count(listeners, state.snapshot?.recording.on === true)}`;
  }
  if (state.phase === "joining") return html`<span class="room__count">${t("Joining…")}</span>`;
  return html`<span class="room__count">${state.phase === "ended" ? t("Ended") : t("Not listening")}</span>`;
}

function leaveButton(state: PlayerState, parts: Parts) {
  const { player } = parts;
  const hosting = state.phase === "live" && ownPlace(state)?.role === "host";
  if (state.phase === "live" || state.phase === "joining") {
    return html`<button
      type="button"
      class="button button--danger"
      data-action=${hosting ? "end" : "leave"}
      @click=${() => void leaveOrEnd(parts)}
    >
      ${hosting ? t("End") : t("Leave")}
    </button>`;
  }
  return html`<button type="button" class="button button--quiet" data-action="close" @click=${() => void player.dismiss()}>
    ${t("Close")}
  </button>`;
}

function stage(state: PlayerState, parts: Parts) {
  if (!state.snapshot) return state.phase === "joining" ? stageSkeleton : nothing;
  return html`<ul class="stage" aria-label=${t("On stage")}>
    ${repeat(
      state.snapshot.stage,
      (person) => person.id,
      (person) => seat(person, parts),
    )}
  </ul>`;
}

function listeners(state: PlayerState, parts: Parts) {
  if (state.phase !== "live" || !state.snapshot) return nothing;
  const { listeners: count } = state.snapshot;
  return html`<button type="button" class="listeners" aria-keyshortcuts="L" @click=${() => openListeners(parts)}>
    ${faces(listenerFaces(), 32)}
    <span class="listeners__count number">${tn("{count} listening", "{count} listening", count)}</span>
  </button>`;
}

function room(state: PlayerState, parts: Parts) {
  const { player } = parts;
  const chatting = parts.chat.state.open && state.phase === "live";
  return html`<section
      class=${chatting ? "room is-open is-chatting" : "room is-open"}
      aria-labelledby="room-title"
      data-space=${state.spaceId}
      data-phase=${state.phase}
    >
      <header class="room__head">
        <div class="room__bar">
          <button
            type="button"
            class="button button--plain button--icon"
            data-action="minimise"
            aria-label=${t("Minimise")}
            @click=${() => player.openRoom(false)}
          >
            ${icon("chevron-down", 24)}
          </button>
          ${status(state)} ${leaveButton(state, parts)}
        </div>
        <h2 class="room__title" id="room-title" tabindex="-1">${state.title || t("Space")}</h2>
        ${topics(state.snapshot?.space.topics ?? [])} ${pins(state.snapshot?.pins ?? [])}
      </header>
      ${chatting
        ? chatPanel(parts, state)
        : html`<div class="room__body">
            ${notices(state, parts)} ${rulesCard(parts, state)} ${stage(state, parts)} ${listeners(state, parts)}
          </div>`}
      ${captionsPanel(parts, state)}
      <div class="floats" aria-hidden="true"></div>
      ${state.phase === "live"
        ? html`${tray(parts)}
            <footer class="room__actions" role="group" aria-label=${t("Actions")}>
              ${actionsFor(state).map((action) => actionButton(action, state, parts))}
            </footer>`
        : nothing}
    </section>
    <div class="room__scrim" @click=${() => player.openRoom(false)}></div>`;
}

export function isRoomShown(state: PlayerState): boolean {
  return state.roomOpen && state.phase !== "idle" && state.phase !== "offered";
}

export function drawRoom(parts: Parts, root: HTMLElement): void {
  const { state } = parts.player;
  root.dataset["state"] = isRoomShown(state) ? state.phase : "closed";
  render(isRoomShown(state) ? room(state, parts) : nothing, root);
}
