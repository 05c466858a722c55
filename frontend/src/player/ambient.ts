// What the system round the page is told while somebody listens: media session, wake lock, the question on closing.

import type { Replay } from "../replay/replay";
import { markLeaving } from "./memory";
import type { Player } from "./player";
import { isHosting, onStage, ownRole } from "./state";
import type { PlayerState } from "./state";

/** What a lock screen shows: a face, or the product's sign. */
function artworkOf(picture: string | undefined): MediaImage[] {
  if (picture) return [{ src: picture, sizes: "256x256" }];
  const icon = document.querySelector<HTMLLinkElement>("link[rel=apple-touch-icon]");
  return icon ? [{ src: icon.href, sizes: "180x180", type: "image/png" }] : [];
}

/** Metadata and keys of the lock screen and of headsets. */
function tellMediaSession(player: Player, replay: Replay): void {
  if (!("mediaSession" in navigator)) return;
  const session = navigator.mediaSession;
  const handle = (action: string, run: (details: MediaSessionActionDetails) => void) => {
    try {
      session.setActionHandler(action as MediaSessionAction, run);
    } catch {
      // This browser does not know the action.
    }
  };
  handle("stop", () => (player.isLive ? void player.leave() : replay.pause()));
  handle("hangup", () => void player.leave());
  handle("togglemicrophone", () => void player.mic.toggle());
  handle("play", () => void (player.isLive ? player.sound.unblock() : replay.play()));
  handle("pause", () => replay.pause());
  handle("seekbackward", () => replay.back());
  handle("seekforward", () => replay.on());
  handle("seekto", (details) => replay.seek((details.seekTime ?? 0) * 1000));
  let shown = "";
  player.store.subscribe((state) => {
    const playing = state.phase === "live";
    // One voice at a time.
    if (playing || state.phase === "joining") replay.pause();
    if (!playing && replay.state.info) return tellReplay(session, replay);
    session.playbackState = playing ? "playing" : "none";
    const host = state.snapshot?.space.host;
    const key = playing ? `${state.title}|${host?.name}|${host?.picture}` : "";
    if (key !== shown) {
      shown = key;
      const artwork = artworkOf(host?.picture);
      session.metadata = playing ? new MediaMetadata({ title: state.title, artist: host?.name ?? "", album: "Spaces", artwork }) : null;
    }
    if (onStage(ownRole(state))) void session.setMicrophoneActive?.(state.micOn)?.catch?.(() => undefined);
  });
  let known = replay.state;
  replay.store.subscribe((state) => {
    const changed = state.info !== known.info || state.playing !== known.playing || state.rate !== known.rate;
    // The system's own clock runs on by itself; a jump must be told.
    if (!player.isLive && (changed || Math.abs(state.atMs - known.atMs) > 2_000)) tellReplay(session, replay);
    known = state;
  });
}

/** A replay, while nothing is live: its name, and where it is. */
function tellReplay(session: MediaSession, replay: Replay): void {
  const { info, playing, atMs, rate } = replay.state;
  if (!info) return;
  if (session.metadata?.title !== info.title || session.metadata.artist !== info.who) {
    const artwork = artworkOf(info.picture);
    session.metadata = new MediaMetadata({ title: info.title, artist: info.who, album: "Spaces", artwork });
  }
  session.playbackState = playing ? "playing" : "paused";
  session.setPositionState?.({ duration: info.durationMs / 1000, position: Math.min(atMs, info.durationMs) / 1000, playbackRate: rate });
}

/** Keep the screen on while somebody listens with the page in sight. */
function holdWakeLock(player: Player): void {
  if (!("wakeLock" in navigator)) return;
  let lock: WakeLockSentinel | null = null;
  let asking = false;
  const update = async () => {
    const wanted = player.isLive && document.visibilityState === "visible";
    if (!wanted) {
      await lock?.release();
      lock = null;
    } else if (!asking && (lock === null || lock.released)) {
      asking = true;
      // Refused when the battery is low: then the screen goes dark, and the sound goes on.
      lock = await navigator.wakeLock.request("screen").catch(() => null);
      asking = false;
    }
  };
  let live = false;
  player.store.subscribe((state) => {
    if (live === (state.phase === "live")) return;
    live = !live;
    void update();
  });
  document.addEventListener("visibilitychange", () => void update());
}

/** A host who closes the tab is asked first; everybody's place is remembered for a reload. */
function guardLeaving(player: Player): void {
  window.addEventListener("beforeunload", (event) => {
    if (isHosting(player.state)) event.preventDefault();
  });
  window.addEventListener("pagehide", () => markLeaving(Date.now()));
}

/** State for style sheets and tests: `<html data-player data-room data-sound>`. */
function reflect(state: PlayerState): void {
  const { dataset } = document.documentElement;
  dataset["player"] = state.phase;
  dataset["room"] = state.phase !== "idle" && state.roomOpen ? "open" : "closed";
  dataset["sound"] = state.sound;
  dataset["mic"] = state.micStarting ? "starting" : state.micOn ? "on" : "off";
}

export function startAmbient(player: Player, replay: Replay): void {
  tellMediaSession(player, replay);
  holdWakeLock(player);
  guardLeaving(player);
  player.store.subscribe(reflect);
}
