// Which microphones and speakers there are, and which one was chosen.

import { t, tp } from "../lib/words";
import { chooseDevices, chosenDevices } from "./memory";
import type { Sound } from "./sound";

export interface Device {
  id: string;
  label: string;
}

export interface DeviceChoice {
  inputs: Device[];
  outputs: Device[];
  input: string;
  output: string;
  /** Whether the browser can play to a chosen device at all. */
  canChooseOutput: boolean;
  /** Names are hidden until the microphone was allowed once. */
  named: boolean;
}

function listed(devices: MediaDeviceInfo[], kind: MediaDeviceKind, named: (number: number) => string): Device[] {
  const found = devices.filter((device) => device.kind === kind && device.deviceId !== "");
  return found.map((device, index) => ({ id: device.deviceId, label: device.label || named(index + 1) }));
}

/** What can be chosen now. Asks for no permission. */
export async function deviceChoice(): Promise<DeviceChoice> {
  const media = navigator.mediaDevices as MediaDevices | undefined;
  const devices = (await media?.enumerateDevices().catch(() => [])) ?? [];
  const { input, output } = chosenDevices();
  return {
    inputs: listed(devices, "audioinput", (number) => t("Microphone {number}", { number })),
    outputs: listed(devices, "audiooutput", (number) => tp("loudspeaker", "Speaker {number}", { number })),
    input,
    output,
    canChooseOutput: "setSinkId" in HTMLMediaElement.prototype,
    named: devices.some((device) => device.kind === "audioinput" && device.label !== ""),
  };
}

/** Use a device from now on, and remember it. Raises what the browser raises. */
export async function useDevice(sound: Sound, kind: "audioinput" | "audiooutput", id: string): Promise<void> {
  await sound.link?.useDevice(kind, id);
  chooseDevices(kind === "audioinput" ? { input: id } : { output: id });
}

/** Call `run` when something is plugged in or out. Returns how to stop. */
export function onDevicesChanged(run: () => void): () => void {
  const media = navigator.mediaDevices as MediaDevices | undefined;
  media?.addEventListener("devicechange", run);
  return () => media?.removeEventListener("devicechange", run);
}
