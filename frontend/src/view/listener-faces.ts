// The few faces beside the number of listeners: the newest of them, asked for now and then, never broadcast.

import { spaceListeners } from "../api";
import type { PlayerStore } from "../player/state";
import type { Listener } from "../types";

const EVERY_MS = 15_000;
/** While there are fewer faces than could be shown. */
const FILLING_MS = 3_000;
const MOST = 3;
const SOON_MS = 800;

let shown: Listener[] = [];

export function listenerFaces(): Listener[] {
  return shown;
}

const pause = (listeners: number): number => (shown.length < Math.min(MOST, listeners) ? FILLING_MS : EVERY_MS);

/** Keep the faces roughly up to date while the room is open; `redraw` when they changed. */
export function followListenerFaces(store: PlayerStore, redraw: () => void): void {
  let asked = { space: "", count: -1, at: 0 };
  let timer: ReturnType<typeof setTimeout> | undefined;

  const ask = async () => {
    timer = undefined;
    const { spaceId, snapshot, phase } = store.state;
    if (phase !== "live" || !snapshot) return;
    asked = { space: spaceId, count: snapshot.listeners, at: Date.now() };
    const page = await spaceListeners(spaceId).catch(() => null);
    if (!page || store.state.spaceId !== spaceId) return;
    shown = page.results.slice(0, MOST);
    redraw();
  };

  store.subscribe((state) => {
    if (state.spaceId !== asked.space) {
      asked = { space: "", count: -1, at: 0 };
      shown = [];
    }
    if (state.phase !== "live" || !state.roomOpen || !state.snapshot || timer !== undefined) return;
    const { listeners } = state.snapshot;
    const known = state.spaceId === asked.space && listeners === asked.count;
    if (known || (listeners === 0 && shown.length === 0)) return;
    const wait = state.spaceId === asked.space ? Math.max(SOON_MS, asked.at + pause(listeners) - Date.now()) : SOON_MS;
    timer = setTimeout(() => void ask(), wait);
  });
}
