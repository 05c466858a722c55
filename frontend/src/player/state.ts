// What the player, the room view and the keys know of the Space one is in.

import { Store } from "../lib/events";
import { placeOnStage } from "../space-state";
import type { Role, Snapshot, StagePerson, UserId } from "../types";

export type Phase =
  | "idle"
  | "offered" // was listening before the tab was closed or copied
  | "joining"
  | "live"
  | "ended"
  | "superseded"
  | "removed" // for good, by the host or a co-host
  | "refused";

export type Sound =
  | "off"
  | "connecting"
  | "on"
  | "blocked" // the browser waits for a tap
  | "reconnecting"
  | "none"; // the site has no audio server, or it does not answer

export interface PlayerState {
  phase: Phase;
  spaceId: string;
  /** Known before the snapshot is, from what was tapped. */
  title: string;
  snapshot: Snapshot | null;
  sound: Sound;
  /** Why there is no sound, in words. */
  soundMessage: string;
  /** Whether this person wants to be heard. */
  micOn: boolean;
  /** Between the wish and the first sound of it. */
  micStarting: boolean;
  micProblem: string;
  /** Identities of those who speak now. */
  speaking: readonly string[];
  roomOpen: boolean;
  /** Words for `ended` and `refused`. */
  message: string;
}

export const IDLE: PlayerState = {
  phase: "idle",
  spaceId: "",
  title: "",
  snapshot: null,
  sound: "off",
  soundMessage: "",
  micOn: false,
  micStarting: false,
  micProblem: "",
  speaking: [],
  roomOpen: false,
  message: "",
};

export type PlayerStore = Store<PlayerState>;

/** Who is looking; null without an account. */
export function viewer(): UserId | null {
  return document.body.dataset["userId"] || null;
}

export function ownPlace(state: PlayerState, user: UserId | null = viewer()): StagePerson | null {
  return state.snapshot ? placeOnStage(state.snapshot, user) : null;
}

export function ownRole(state: PlayerState, user: UserId | null = viewer()): Role {
  return ownPlace(state, user)?.role ?? "listener";
}

/** Whether the person hosts a Space that is on air now. */
export function isHosting(state: PlayerState): boolean {
  return state.phase === "live" && ownRole(state) === "host";
}

/** Whether somebody listens without an account. */
export const isGuest = (state: PlayerState): boolean => state.phase === "live" && viewer() === null;

export const onStage = (role: Role): boolean => role !== "listener";
