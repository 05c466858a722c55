// What is told about a Space without a seq: to host and co-hosts about the queue, to one person about themselves.
// Pure, like space-state.ts. Each is a whole truth: told twice it changes nothing more.

import type { Frame, OwnInvitation, OwnPlace, OwnRequest, Person, QueuedRequest, SentInvitation, Snapshot, UserId } from "./types";
import { sameUser } from "./types";

function without<Row extends Person>(rows: Row[] | null, user: UserId): Row[] | null {
  return rows?.filter((row) => !sameUser(row.id, user)) ?? null;
}

/** The rows with `row` last; in its place if it was there. */
function withRow<Row extends Person>(rows: Row[] | null, row: Row): Row[] | null {
  if (!rows) return null;
  const at = rows.findIndex((other) => sameUser(other.id, row.id));
  return at >= 0 ? rows.with(at, row) : [...rows, row];
}

function withMe(state: Snapshot, change: Partial<OwnPlace>): Snapshot {
  return state.me ? { ...state, me: { ...state.me, ...change } } : state;
}

/** The snapshot after a frame that is no event; the same object when the frame changes nothing here. */
export function applyNotice(state: Snapshot, frame: Frame): Snapshot {
  const data = (frame.data ?? {}) as Record<string, unknown>;
  const user = data["user"] as UserId;
  switch (frame.type) {
    case "request.added":
      return { ...state, queue: withRow(state.queue, data["request"] as QueuedRequest) };
    case "request.removed":
      return { ...state, queue: without(state.queue, user) };
    case "requests.cleared":
      return withMe({ ...state, queue: state.queue && [] }, { request: null });
    case "request.position": {
      const request = state.me?.request;
      return request ? withMe(state, { request: { ...request, before: data["before"] as number } }) : state;
    }
    case "request.decided":
      return withMe(state, { request: null });
    case "invitation.sent":
      return { ...state, invitations: withRow(state.invitations, data["invitation"] as SentInvitation) };
    case "invitation.closed":
      return { ...state, invitations: without(state.invitations, user) };
    case "invitation.received":
      return withMe(state, { invitation: { role: data["role"], by: data["by"] } as OwnInvitation });
    case "invitation.withdrawn":
      return withMe(state, { invitation: null });
    case "recording.consented":
      return state.recording_consent ? state : { ...state, recording_consent: true };
    case "words.changed":
      return { ...state, blocked_words: state.blocked_words && (data["blocked_words"] as string[]) };
    default:
      return state;
  }
}

/** The snapshot with what this client has just asked for and was told in the reply. */
export function withOwnRequest(state: Snapshot, request: OwnRequest | null): Snapshot {
  return withMe(state, { request });
}

export function withoutOwnInvitation(state: Snapshot): Snapshot {
  return withMe(state, { invitation: null });
}
