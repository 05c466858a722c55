// How one comes into a Space and goes: with an account, or as a guest by link.

import type { CameFrom } from "../api";
import { guestJoin, guestLeave, joinSpace, leaveSpace } from "../api";
import type { AudioAccess, Snapshot } from "../types";
import { viewer } from "./state";

export interface Entered {
  /** What names this join: the account's connection, or the guest's token. */
  connection: string;
  audio: AudioAccess | null;
  snapshot: Snapshot;
}

type Command = [type: string, data: Record<string, unknown>];

export interface Door {
  /** Raises ApiError: with `warn` also `space.blocked_on_stage`, in words that say who is. */
  join: (space: string, warn: boolean, from?: CameFrom) => Promise<Entered>;
  leaveByApi: (space: string, connection: string) => Promise<unknown>;
  present: (space: string, connection: string) => Command;
  leave: (space: string, connection: string) => Command;
}

const MEMBER: Door = {
  join: joinSpace,
  leaveByApi: leaveSpace,
  present: (space, connection) => ["space.present", { space, connection }],
  leave: (space) => ["space.leave", { space }],
};

const GUEST: Door = {
  join: async (space) => {
    const { token, audio, snapshot } = await guestJoin(space);
    return { connection: token, audio, snapshot };
  },
  leaveByApi: guestLeave,
  present: (space, token) => ["guest.present", { space, token }],
  leave: (space, token) => ["guest.leave", { space, token }],
};

export function door(): Door {
  return viewer() === null ? GUEST : MEMBER;
}
