// Sound settings: which microphone, which speaker.

import { html, nothing } from "lit-html";
import { t, tp } from "../lib/words";
import { deviceChoice, onDevicesChanged, useDevice } from "../player/devices";
import type { Device, DeviceChoice } from "../player/devices";
import type { Player } from "../player/player";
import { onStage, ownRole } from "../player/state";
import { openSheet } from "./dialogs";
import type { OpenDialog } from "./dialogs";

let current: OpenDialog | null = null;

function choose(label: string, id: string, devices: Device[], chosen: string, pick: (id: string) => void) {
  return html`<label class="field" for=${id}>
    <span class="field__label">${label}</span>
    <select class="input" id=${id} @change=${(event: Event) => pick((event.target as HTMLSelectElement).value)}>
      <option value="" ?selected=${!chosen}>${t("System default")}</option>
      ${devices
        .filter((device) => device.id !== "default")
        .map((device) => html`<option value=${device.id} ?selected=${device.id === chosen}>${device.label}</option>`)}
    </select>
  </label>`;
}

export function openSoundSettings(player: Player): void {
  if (current) return;
  let choice: DeviceChoice | null = null;
  let problem = "";
  const refresh = async () => {
    choice = await deviceChoice();
    current?.update();
  };
  const pick = (kind: "audioinput" | "audiooutput") => (id: string) => {
    problem = "";
    useDevice(player.sound, kind, id)
      .catch(() => {
        problem = t("This device cannot be used right now. The one before goes on.");
      })
      .finally(() => void refresh());
  };
  const body = () => {
    if (!choice) return html`<div class="skeleton skeleton--line" aria-hidden="true"></div>`;
    const speaks = onStage(ownRole(player.state));
    return html`<div class="form">${speaks ? choose(t("Microphone"), "device-input", choice.inputs, choice.input, pick("audioinput")) : nothing}
      ${speaks && !choice.named
        ? html`<p class="field__hint">${t("The browser names the microphones once you have allowed the page to use one.")}</p>`
        : nothing}
      ${choice.canChooseOutput
        ? choose(tp("loudspeaker", "Speaker"), "device-output", choice.outputs, choice.output, pick("audiooutput"))
        : html`<p class="field__hint">${t("This browser plays to the speaker that the system has chosen.")}</p>`}
      ${problem ? html`<p class="field__error" role="alert">${problem}</p>` : nothing}</div>`;
  };
  const stop = onDevicesChanged(() => void refresh());
  current = openSheet({
    name: "sound",
    title: t("Sound settings"),
    body,
    onClose: () => {
      stop();
      current = null;
    },
  });
  void refresh();
}
