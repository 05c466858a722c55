// Clips: of what was just said in the room; on their page a play counts after some seconds; a replay that is put together shows how far it is.

import { ApiError, clipPlayed, cutLastWords } from "../api";
import { t } from "../lib/words";
import { refreshMain, visit } from "../navigation";
import { viewer } from "../player/state";
import type { LiveSocket } from "../socket";
import { sameUser } from "../types";
import type { Snapshot } from "../types";
import { toast } from "./toasts";

const PLAY_SECONDS = 5;

/** Videos whose play has been counted. */
const counted = new WeakSet<HTMLVideoElement>();

export function startClips(): void {
  // Events of media do not bubble: in the capture phase they are heard all the same.
  document.addEventListener(
    "timeupdate",
    ({ target }) => {
      if (!(target instanceof HTMLVideoElement) || !target.dataset["clipVideo"] || counted.has(target)) return;
      if (target.currentTime < Math.min(PLAY_SECONDS, target.duration / 2)) return;
      counted.add(target);
      clipPlayed(target.dataset["clipVideo"]).catch(() => undefined);
    },
    { capture: true },
  );
}

/** Whether what is said can be clipped: it is recorded, and the host allows it. */
export function mayClip(snapshot: Snapshot): boolean {
  const hosts = sameUser(snapshot.space.host.id, viewer());
  return viewer() !== null && snapshot.recording.on && (snapshot.space.clips_allowed || hosts);
}

/** Cut what was just said; its page tells when it is made. */
export async function clipLastWords(space: string): Promise<void> {
  try {
    const { id } = await cutLastWords(space);
    toast(t("Your clip is being made."), { action: { label: t("Show it"), run: () => visit(`/clips/${id}/`) } });
  } catch (error) {
    toast(error instanceof ApiError ? error.message : t("That did not work. Try again."), { kind: "error" });
  }
}

/** The host's page while the replay is put together. */
export function followMaking(socket: LiveSocket): void {
  socket.on("frame", (frame) => {
    const place = document.querySelector<HTMLElement>(`#main [data-recording-progress="${CSS.escape(frame.space ?? "")}"]`);
    if (!place) return;
    const { progress } = (frame.data ?? {}) as { progress?: number };
    const bar = place.querySelector("progress");
    if (frame.type === "recording.progress" && bar) bar.value = progress ?? 0;
  });
  // The news that it is ready comes as a notification; until then the page looks by itself now and then.
  setInterval(() => {
    if (document.visibilityState === "visible" && document.querySelector("#main [data-recording-progress]")) refreshMain();
  }, 5_000);
}
