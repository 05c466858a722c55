// The rings that breathe with the voice: `--level` (0 to 1) on each seat, from LiveKit's loudness, smoothed.

import type { Player } from "../player/player";
import { isRoomShown } from "./room";

/** How much of the way to the new value each frame goes: quick to rise, slow to fall, as ears expect. */
const RISE = 0.35;
const FALL = 0.12;
/** LiveKit's loudness of speech is mostly below a third. */
const GAIN = 2.5;

export function smooth(before: number, target: number): number {
  const next = before + (target - before) * (target > before ? RISE : FALL);
  return next < 0.005 ? 0 : next;
}

export function animateLevels(player: Player, room: HTMLElement): void {
  const still = window.matchMedia("(prefers-reduced-motion: reduce)");
  const shown = new Map<string, number>();
  let running = false;

  const frame = () => {
    const heard = player.sound.link?.levels() ?? new Map<string, number>();
    let moving = false;
    for (const seat of room.querySelectorAll<HTMLElement>(".stage__seat")) {
      const id = seat.dataset["user"] ?? "";
      const target = Math.min(1, (heard.get(id) ?? 0) * GAIN);
      const before = shown.get(id) ?? 0;
      const next = smooth(before, target);
      if (next !== before) seat.style.setProperty("--level", next.toFixed(3));
      shown.set(id, next);
      moving ||= next > 0;
    }
    running = moving && wanted();
    if (running) requestAnimationFrame(frame);
    else if (!moving) shown.clear();
  };
  const wanted = () => isRoomShown(player.state) && document.visibilityState === "visible" && !still.matches;
  const start = () => {
    if (running || !wanted() || (player.state.speaking.length === 0 && shown.size === 0)) return;
    running = true;
    requestAnimationFrame(frame);
  };
  player.store.subscribe(start);
  document.addEventListener("visibilitychange", start);
}
