// The recording of the Space one is in: the sign that everybody sees, switching it on and off, agreeing to be recorded.

import { html, nothing } from "lit-html";
import { can } from "../acts";
import { announce } from "../announce";
import { t } from "../lib/words";
import { onStage, ownRole, viewer } from "../player/state";
import type { PlayerState } from "../player/state";
import type { Parts } from "../room/parts";
import type { RecordingSign, Snapshot } from "../types";
import { act } from "./act";
import { ask } from "./dialogs";
import { toast } from "./toasts";

const TROUBLES: Record<RecordingSign["trouble"], string> = {
  "": "",
  disk_full: t("Recording is paused: the server's disk is full. It goes on by itself when there is room."),
  storage: t("Recording is paused: the server cannot write. It goes on by itself when it can."),
  no_recorder: t("Recording has not begun: no recorder is free. It begins by itself when there is one."),
};

/** What whoever accepts the stage agrees to. */
export const CONSENT_WORDS =
  t("This Space is being recorded. On stage you are recorded, too, and can be heard in the replay; you can have your part removed afterwards.");

/** Whether one has to agree before one accepts the stage. */
export function asksConsent(snapshot: Snapshot | null): boolean {
  return snapshot !== null && snapshot.recording.on && snapshot.recording_consent === false;
}

/** Whether somebody on stage has not agreed, and so is not recorded. */
export function consentMissing(state: PlayerState): boolean {
  return state.phase === "live" && onStage(ownRole(state)) && asksConsent(state.snapshot);
}

/** For host and co-hosts: what keeps the Space from being recorded, in words; "" for nothing. */
export function troubleWords(state: PlayerState): string {
  const { snapshot } = state;
  return state.phase === "live" && can(snapshot, "recording.start") ? TROUBLES[snapshot?.recording.trouble ?? ""] : "";
}

/** The sign, for the head of the room. */
export function recordingSign(state: PlayerState) {
  const sign = state.snapshot?.recording;
  if (state.phase !== "live" || !sign?.on) return nothing;
  const words = sign.trouble ? t("Recording paused") : t("Being recorded");
  return html`<span class=${sign.trouble ? "badge badge--rec is-paused" : "badge badge--rec"} title=${words}
    ><span aria-hidden="true">${t("Rec")}</span><span class="visually-hidden">${words}</span></span
  >`;
}

/** One on stage is asked whether they may be recorded. */
export async function askConsent({ player }: Parts): Promise<void> {
  const may = can(player.state.snapshot, "stage.step_down");
  const answer = await ask({
    name: "recording-consent",
    title: t("May you be recorded?"),
    text: t("This Space is being recorded. You are heard, but not recorded, until you agree. You can have your part removed afterwards."),
    choices: [
      { value: "agree", label: t("Record me, too") },
      ...(may ? [{ value: "step-down", label: t("Step down and listen"), kind: "plain" as const }] : []),
    ],
    stay: t("Not now"),
  });
  if (answer === "agree" && (await act(player, "recording.consent"))) {
    player.learn((known) => ({ ...known, recording_consent: true }));
    toast(t("You are being recorded."));
  } else if (answer === "step-down") {
    await act(player, "stage.step_down");
  }
}

/** Switch it on or off, asked once. */
export async function toggleRecording({ player }: Parts): Promise<void> {
  const on = player.state.snapshot?.recording.on ?? false;
  const answer = await ask(
    on
      ? {
          name: "recording-stop",
          title: t("Stop recording?"),
          text: t("What was recorded until now is kept. You can start again at any time."),
          choices: [{ value: "yes", label: t("Stop recording") }],
          stay: t("Go on recording"),
        }
      : {
          name: "recording-start",
          title: t("Record this Space?"),
          text: t("Everybody is told. You are recorded at once, and the others on stage when they agree. Afterwards everybody can hear the replay."),
          choices: [{ value: "yes", label: t("Record") }],
          stay: t("Cancel"),
        },
  );
  if (answer === "yes") await act(player, on ? "recording.stop" : "recording.start");
}

function told(state: PlayerState): string {
  if (onStage(ownRole(state))) {
    return asksConsent(state.snapshot) ? t("This Space is being recorded. You are not, until you agree.") : t("This Space is being recorded.");
  }
  return t("This Space is being recorded. Who listens is not.");
}

/** Tells everybody, on joining and when it begins or ends, also screen readers; asks those on stage who have not agreed. */
export function followRecording(parts: Parts): void {
  const { player } = parts;
  // Of which Space it was told last, and what.
  let shown = "";
  player.store.subscribe((state) => {
    if (state.phase !== "live" || !state.snapshot) return;
    const before = shown;
    shown = `${state.spaceId} ${state.snapshot.recording.on}`;
    if (shown === before) return;
    if (state.snapshot.recording.on) {
      const words = told(state);
      toast(words);
      announce(words);
      if (viewer() && consentMissing(state) && !document.querySelector("dialog[open]")) void askConsent(parts);
    } else if (before === `${state.spaceId} true`) {
      toast(t("Recording has stopped."));
      announce(t("Recording has stopped."));
    }
  });
}
