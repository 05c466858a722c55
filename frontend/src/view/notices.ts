// What the room has to say about itself: muted, no sound, host away, ended. Each with the next thing to do.

import { html, nothing } from "lit-html";
import { clock, firstName } from "../lib/format";
import { t } from "../lib/words";
import { isGuest, onStage, ownRole, viewer } from "../player/state";
import type { PlayerState } from "../player/state";
import type { Parts } from "../room/parts";
import type { Person } from "../types";
import { sameUser } from "../types";
import { signUpPath } from "./guest";
import { invitationWords, openHand, openInvitation, requestWords } from "./hand";
import { icon } from "./icons";
import type { IconName } from "./icons";
import { askConsent, consentMissing, troubleWords } from "./recording";

interface Notice {
  name: string;
  text: string;
  kind?: "warning";
  icon: IconName;
  action?: { label: string; run: (parts: Parts) => void };
}

function hostAway(state: PlayerState, now: number): Notice | null {
  const until = state.snapshot?.space.host_absent_until;
  if (!until || state.phase !== "live" || ownRole(state) === "host") return null;
  const name = firstName(state.snapshot?.space.host.name ?? t("The host"));
  const left = clock((Date.parse(until) - now) / 1000);
  // The present co-host who has been one for the longest takes over; the stage is in that order.
  const heir = state.snapshot?.stage.find((person) => person.role === "cohost" && person.present);
  return { name: "host-away", kind: "warning", icon: "info", text: awayWords(name, left, heir ?? null) };
}

function awayWords(name: string, left: string, heir: Person | null): string {
  if (!heir) return t("{name} is away. The Space ends in {left} unless they come back.", { name, left });
  if (sameUser(heir.id, viewer())) return t("{name} is away. You take over in {left} unless they come back.", { name, left });
  return t("{name} is away. {heir} takes over in {left} unless they come back.", { name, heir: firstName(heir.name), left });
}

function sound(state: PlayerState): Notice | null {
  if (state.phase !== "live") return null;
  switch (state.sound) {
    case "none":
      return { name: "no-audio", kind: "warning", icon: "alert", text: state.soundMessage };
    case "blocked":
      // Alone on stage there is nobody to hear.
      if (state.snapshot?.stage.every((person) => sameUser(person.id, viewer()))) return null;
      return {
        name: "blocked",
        icon: "volume",
        text: t("Your browser waits for a tap before it plays sound."),
        action: { label: t("Tap to hear"), run: ({ player }) => void player.sound.unblock() },
      };
    case "reconnecting":
      return { name: "reconnecting", kind: "warning", icon: "offline", text: state.soundMessage || t("Reconnecting the sound…") };
    default:
      return null;
  }
}

function microphone(state: PlayerState): Notice | null {
  if (state.phase !== "live" || !onStage(ownRole(state)) || state.sound === "none") return null;
  if (state.micProblem) {
    return {
      name: "mic-problem",
      kind: "warning",
      icon: "alert",
      text: state.micProblem,
      action: { label: t("Try again"), run: ({ player }) => void player.mic.set(true) },
    };
  }
  if (state.micOn || state.sound === "connecting") return null;
  return { name: "muted", icon: "mic-off", text: t("You are muted. Tap the mic to talk.") };
}

function invitation(state: PlayerState): Notice | null {
  const open = state.phase === "live" ? state.snapshot?.me?.invitation : null;
  if (!open) return null;
  return {
    name: "invitation",
    icon: "mic",
    text: t("{invitation}.", { invitation: invitationWords(open.by, open.role) }),
    action: { label: t("Answer"), run: openInvitation },
  };
}

function hand(state: PlayerState): Notice | null {
  const request = state.phase === "live" ? state.snapshot?.me?.request : null;
  if (!request || onStage(ownRole(state))) return null;
  return { name: "asked", icon: "hand", text: requestWords(request), action: { label: t("Change"), run: openHand } };
}

function recording(state: PlayerState): Notice | null {
  if (consentMissing(state)) {
    return {
      name: "recording-consent",
      icon: "record",
      text: t("This Space is being recorded. You are not, until you agree."),
      action: { label: t("Answer"), run: (parts) => void askConsent(parts) },
    };
  }
  const text = troubleWords(state);
  return text ? { name: "recording-trouble", kind: "warning", icon: "alert", text } : null;
}

function guest(state: PlayerState): Notice | null {
  if (!isGuest(state)) return null;
  return {
    name: "guest",
    icon: "headphones",
    text: t("You are listening as a guest."),
    action: { label: t("Sign up"), run: () => location.assign(signUpPath()) },
  };
}

function over(state: PlayerState): Notice | null {
  const again = (label: string) => ({
    label,
    run: ({ player }: Parts) => void player.join(state.spaceId, { title: state.title }),
  });
  switch (state.phase) {
    case "ended":
      return { name: "ended", icon: "info", text: state.message };
    case "superseded":
      return { name: "superseded", kind: "warning", icon: "devices", text: state.message, action: again(t("Listen here instead")) };
    case "removed":
      return { name: "removed", kind: "warning", icon: "alert", text: t("{removed} You cannot come back to it.", { removed: state.message }) };
    case "refused":
      return { name: "refused", kind: "warning", icon: "alert", text: state.message, action: again(t("Try again")) };
    default:
      return null;
  }
}

export function currentNotices(state: PlayerState, now = Date.now()): Notice[] {
  return [over(state), sound(state), hostAway(state, now), invitation(state), hand(state), recording(state), guest(state), microphone(state)].filter((notice) => notice !== null);
}

export function notices(state: PlayerState, parts: Parts) {
  return currentNotices(state).map(
    (notice) => html`<p
      class=${notice.kind ? `room__notice room__notice--${notice.kind}` : "room__notice"}
      data-notice=${notice.name}
    >
      ${icon(notice.icon)} <span class="room__notice-text">${notice.text}</span>
      ${notice.action
        ? html`<button type="button" class="button button--quiet" @click=${() => notice.action?.run(parts)}>
            ${notice.action.label}
          </button>`
        : nothing}
    </p>`,
  );
}
