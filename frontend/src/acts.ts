// What one person may do to another in a Space: `me.can` of the snapshot, and the second table of
// rooms/permissions.py, which may-act-on.json repeats (tests/frontend holds the two together). Pure.

import mayActOn from "./may-act-on.json";
import { placeOnStage } from "./space-state";
import type { Person, Role, Snapshot, UserId } from "./types";
import { sameUser } from "./types";

export type Act =
  | "stage.mute"
  | "stage.invite"
  | "stage.invite_cohost"
  | "stage.invite_withdraw"
  | "stage.move_to_listeners"
  | "space.hand_over"
  | "space.remove"
  | "stage.step_down";

type Table = Record<string, Partial<Record<Role, string[]>>>;

/** Whether the reader's role may do `action` at all. */
export function can(snapshot: Snapshot | null, action: string): boolean {
  return snapshot?.space.state === "live" && (snapshot.me?.can.includes(action) ?? false);
}

function over(snapshot: Snapshot, action: string, mine: Role, theirs: Role): boolean {
  return can(snapshot, action) && ((mayActOn as Table)[action]?.[mine]?.includes(theirs) ?? false);
}

/** What `viewer` may do to `person` now, in the order they are offered. Nothing that the server would refuse. */
export function actsOn(snapshot: Snapshot, person: Person, viewer: UserId | null): Act[] {
  const mine = placeOnStage(snapshot, viewer)?.role ?? "listener";
  const seat = placeOnStage(snapshot, person.id);
  const theirs = seat?.role ?? "listener";
  if (sameUser(person.id, viewer)) return can(snapshot, "stage.step_down") ? ["stage.step_down"] : [];
  const invited = snapshot.invitations?.find((one) => sameUser(one.id, person.id));
  // A co-host takes back no invitation to co-host: that is the host's.
  const mayWithdraw = can(snapshot, invited?.role === "cohost" ? "stage.invite_cohost" : "stage.invite_withdraw");
  const acts: [Act, boolean][] = [
    ["stage.mute", seat !== null && !seat.muted && over(snapshot, "stage.mute", mine, theirs)],
    ["stage.invite", seat === null && !invited && can(snapshot, "stage.invite")],
    ["stage.invite_cohost", (seat === null || theirs === "speaker") && !invited && can(snapshot, "stage.invite_cohost")],
    ["stage.invite_withdraw", invited !== undefined && mayWithdraw],
    ["stage.move_to_listeners", seat !== null && over(snapshot, "stage.move_to_listeners", mine, theirs)],
    ["space.hand_over", seat !== null && seat.present && over(snapshot, "space.hand_over", mine, theirs)],
    ["space.remove", over(snapshot, "space.remove", mine, theirs)],
  ];
  return acts.filter(([, offered]) => offered).map(([act]) => act);
}

/** Those on stage whom the host could hand the Space to. */
export function heirs(snapshot: Snapshot, viewer: UserId | null) {
  return snapshot.stage.filter((person) => actsOn(snapshot, person, viewer).includes("space.hand_over"));
}
