// Asking to speak, and being invited to.

import { html, nothing } from "lit-html";
import { can } from "../acts";
import { firstName } from "../lib/format";
import { t, tn } from "../lib/words";
import type { Player } from "../player/player";
import { isGuest, ownRole, onStage } from "../player/state";
import type { PlayerState } from "../player/state";
import type { Parts } from "../room/parts";
import { withOwnRequest, withoutOwnInvitation } from "../space-notices";
import type { CommandError, LiveSocket } from "../socket";
import type { Frame, InvitedRole, OwnRequest, Person } from "../types";
import { act } from "./act";
import { hintForGuests } from "./guest";
import { icon } from "./icons";
import { avatar } from "./person";
import { closeSheet, isSheetOpen, openLiveSheet } from "./live-sheet";
import { CONSENT_WORDS, asksConsent } from "./recording";
import { dismissToast, toast } from "./toasts";

const PITCH_MAX = 140;
const CONSENT_MISSING = "recording.consent_missing";

/** Why one cannot ask now, in words; "" when one can, or may find out. */
export function handUnavailable(state: PlayerState): string {
  if (state.snapshot?.space.speak_policy === "invited") return t("In this Space only people whom the host invites speak.");
  return "";
}

/** "You asked to speak. 3 before you." */
export function requestWords(request: OwnRequest): string {
  const { before } = request;
  if (before === 0) return t("You asked to speak. You are next.");
  return tn("You asked to speak. {count} before you.", "You asked to speak. {count} before you.", before);
}

export async function withdraw(player: Player): Promise<void> {
  if (await act(player, "stage.request_withdraw")) player.learn((known) => withOwnRequest(known, null));
}

/** The hand: ask, or show the request that waits. */
export function openHand(parts: Parts): void {
  const { player } = parts;
  const { state } = player;
  if (isGuest(state)) return hintForGuests(t("Create an account to ask to speak. It takes half a minute."));
  if (onStage(ownRole(state)) || !can(state.snapshot, "stage.request")) return;
  const unavailable = state.snapshot?.me?.request ? "" : handUnavailable(state);
  if (unavailable) {
    toast(unavailable);
    return;
  }
  let refused = "";
  let busy = false;
  // Told by the server, where the recording began while one was looking at this.
  let isRecorded = false;
  const consents = () => isRecorded || asksConsent(player.state.snapshot);

  const send = async (event: SubmitEvent, update: () => void) => {
    event.preventDefault();
    if (busy) return;
    busy = true;
    refused = "";
    const pitch = String(new FormData(event.target as HTMLFormElement).get("pitch") ?? "").trim();
    try {
      const answer = await player.command<{ request: OwnRequest }>("stage.request", { pitch, recording_consent: consents() });
      player.learn((known) => withOwnRequest(known, answer.request));
      closeSheet("hand");
    } catch (error) {
      isRecorded = (error as CommandError).code === CONSENT_MISSING;
      refused = isRecorded ? "" : (error as CommandError).message;
    }
    busy = false;
    update();
  };

  openLiveSheet(parts, {
    name: "hand",
    title: t("Ask to speak"),
    body: ({ update, close }) => {
      const request = player.state.snapshot?.me?.request;
      if (onStage(ownRole(player.state))) {
        queueMicrotask(() => close());
        return nothing;
      }
      if (request) {
        return html`<p role="status">${requestWords(request)}</p>
          ${request.pitch ? html`<p class="quote">${request.pitch}</p>` : nothing}
          <button type="button" class="button button--quiet button--wide" data-act="withdraw" @click=${() => void withdraw(player).then(() => close())}>
            ${t("Take my hand down")}
          </button>`;
      }
      return html`<form class="form" @submit=${(event: SubmitEvent) => void send(event, update)}>
        <div class="field">
          <label class="field__label" for="pitch"
            ><span>${t("What would you like to say?")} <span class="muted">${t("(optional)")}</span></span
            ><span class="field__count" data-count-for="pitch" data-max=${PITCH_MAX} aria-hidden="true">0 / ${PITCH_MAX}</span></label
          >
          <input class="input" id="pitch" name="pitch" maxlength=${PITCH_MAX} autocomplete="off" placeholder=${t("In one line")} autofocus />
          ${refused ? html`<p class="field__error" role="alert">${refused}</p>` : nothing}
        </div>
        <p class="field__hint">${t("The host sees your hand. Your mic stays off until you turn it on yourself.")}</p>
        ${consents() ? consentNote() : nothing}
        <button class="button button--accent button--wide" data-act="ask">${consents() ? t("Agree and ask to speak") : t("Ask to speak")}</button>
      </form>`;
    },
  });
}

/** What whoever accepts the stage of a recorded Space agrees to. */
function consentNote() {
  return html`<p class="consent" data-consent>${icon("record")}<span>${CONSENT_WORDS}</span></p>`;
}

/** What the sheet of an invitation says, and its button: with agreeing to be recorded, or without. */
const INVITED: Record<InvitedRole, () => { text: string; agree: string; come: string }> = {
  speaker: () => ({
    text: t("You come on stage. Your mic is off until you turn it on."),
    agree: t("Agree and come on stage"),
    come: t("Come on stage"),
  }),
  cohost: () => ({
    text: t("As co-host you come on stage and help to run the Space: let people speak, mute, remove. Your mic is off until you turn it on."),
    agree: t("Agree and be a co-host"),
    come: t("Be a co-host"),
  }),
};

export function invitationWords(by: Person, role: InvitedRole): string {
  const name = firstName(by.name);
  return role === "cohost" ? t("{name} invites you to be a co-host", { name }) : t("{name} invites you to speak", { name });
}

async function accept(player: Player, consents: boolean): Promise<void> {
  if (await act(player, "stage.invite_accept", { recording_consent: consents })) answered(player);
}

async function decline(player: Player): Promise<void> {
  if (await act(player, "stage.invite_decline")) answered(player);
}

function answered(player: Player): void {
  player.learn(withoutOwnInvitation);
  closeSheet("invitation");
}

export function openInvitation(parts: Parts): void {
  const { player } = parts;
  const invitation = player.state.snapshot?.me?.invitation;
  if (!invitation) return;
  openLiveSheet(parts, {
    name: "invitation",
    title: invitationWords(invitation.by, invitation.role),
    body: ({ close }) => {
      const open = player.state.snapshot?.me?.invitation;
      if (!open) {
        queueMicrotask(() => close());
        return nothing;
      }
      const consents = asksConsent(player.state.snapshot);
      const { text, agree, come } = INVITED[open.role]();
      return html`<div class="invited">
        ${avatar(open.by, 72)}
        <p>${text}</p>
        ${consents ? consentNote() : nothing}
        <div class="invited__answers">
          <button type="button" class="button button--quiet" data-act="invite-decline" @click=${() => void decline(player)}>${t("Not now")}</button>
          <button type="button" class="button button--accent" data-act="invite-accept" autofocus @click=${() => void accept(player, consents)}>
            ${consents ? agree : come}
          </button>
        </div>
      </div>`;
    },
  });
}

function invitedWords(name: string, role: InvitedRole, title: string): string {
  return role === "cohost"
    ? t("{name} invites you to be a co-host in “{title}”.", { name, title })
    : t("{name} invites you to speak in “{title}”.", { name, title });
}

interface Received {
  title: string;
  role: InvitedRole;
  by: Person;
}

/** Invitations open their sheet in the Space they are to; elsewhere they come as a toast that stays. */
export function followInvitations(parts: Parts, socket: LiveSocket, join: (space: string, title: string) => void): void {
  const { player } = parts;
  let shown = "";
  player.store.subscribe((state) => {
    const invitation = state.phase === "live" ? state.snapshot?.me?.invitation : null;
    const key = invitation ? `${state.spaceId} ${invitation.by.id} ${invitation.role}` : "";
    if (key === shown) return;
    shown = key;
    dismissToast(`invitation ${state.spaceId}`);
    // What somebody is busy with is not covered: the room's notice has the same buttons.
    if (key && (document.querySelector("dialog[open]") === null || isSheetOpen("hand"))) {
      closeSheet("hand");
      openInvitation(parts);
    }
  });
  socket.on("frame", (frame: Frame) => {
    const { space } = frame;
    if (!space || (player.isLive && player.state.spaceId === space)) return;
    if (frame.type === "invitation.received") {
      const { title, role, by } = frame.data as Received;
      toast(invitedWords(firstName(by.name), role, title), {
        key: `invitation ${space}`,
        action: { label: t("Join"), run: () => join(space, title) },
      });
    } else if (frame.type === "invitation.withdrawn" || frame.type === "space.ended") {
      dismissToast(`invitation ${space}`);
    }
  });
}
