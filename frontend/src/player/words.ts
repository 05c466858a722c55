// The sentences of a Space's end and of what happens in it.

import { durationInWords, firstName } from "../lib/format";
import type { Frame, Snapshot, StagePerson, UserId } from "../types";
import { sameUser } from "../types";
import type { SpaceEvent } from "../space-state";

/** "Maya ended this Space after 42 minutes." as seen by `viewer`. */
export function endedWords(snapshot: Snapshot, viewer: UserId | null, durationSeconds?: number): string {
  const { host, started_at, ended_at, end_reason } = snapshot.space;
  const seconds =
    durationSeconds ?? (started_at && ended_at ? (Date.parse(ended_at) - Date.parse(started_at)) / 1000 : undefined);
  const after = seconds === undefined ? "" : ` after ${durationInWords(seconds)}`;
  const mine = sameUser(host.id, viewer);
  const name = firstName(host.name);
  switch (end_reason) {
    case "host_left":
      return mine ? `Your Space ended${after}, since you were away.` : `${name} did not come back. The Space ended${after}.`;
    case "staff":
      return mine ? `Your Space was ended by the Spaces team${after}.` : `The Spaces team ended this Space${after}.`;
    default:
      return mine ? `You ended this Space${after}.` : `${name} ended this Space${after}.`;
  }
}

/** What a screen reader hears of an event; "" for what is not worth saying. `before` is the stage before it. */
export function eventWords(event: SpaceEvent, before: StagePerson[], viewer: UserId | null): string {
  const data = (event.data ?? {}) as Partial<StagePerson> & { user?: UserId };
  const id = data.id ?? data.user;
  const known = before.find((person) => sameUser(person.id, id));
  const name = firstName(data.name ?? known?.name ?? "Somebody");
  const mine = sameUser(id, viewer);
  switch (event.type) {
    case "stage.joined":
      return known || mine ? "" : `${name} joined the stage.`;
    case "stage.left":
      if (mine) return "";
      return event.data && (event.data as { reason?: string }).reason === "moved"
        ? `${name} was moved to the listeners.`
        : `${name} left the stage.`;
    case "stage.role_changed":
      return mine || !known ? "" : `${name} is ${ROLE_WORDS[data.role as string] ?? "on stage"} now.`;
    case "space.host_left":
      return "The host left. The Space ends in a while unless they come back.";
    case "space.host_returned":
      return "The host is back.";
    case "space.edited":
      return "The host changed this Space's settings.";
    case "space.pins_changed":
      return "The pins have changed.";
    default:
      return "";
  }
}

const ROLE_WORDS: Record<string, string> = { host: "the host", cohost: "a co-host", speaker: "a speaker" };

export const REMOVED_WORDS = "You were removed from this Space.";
export const TICKET_VOID_WORDS = "Your ticket for this Space is not valid any more.";

const LEFT_WORDS: Record<string, string> = {
  moved: "You were moved to the listeners.",
  stepped_down: "You stepped down. You are listening now.",
  left: "You were away, and your seat was needed. You are listening now.",
};

/** What an event means for whom it is about, in words; "" for everybody else. */
export function ownWords(event: SpaceEvent, viewer: UserId | null): string {
  const data = (event.data ?? {}) as { id?: UserId; user?: UserId; role?: string; reason?: string };
  if (!sameUser(data.id ?? data.user, viewer)) return "";
  switch (event.type) {
    case "stage.joined":
      return "You are on stage. Your mic is off: tap it when you want to talk.";
    case "stage.left":
      return LEFT_WORDS[data.reason ?? ""] ?? "";
    case "stage.role_changed":
      return `You are ${ROLE_WORDS[data.role ?? ""] ?? "on stage"} now.`;
    default:
      return "";
  }
}

/** What a frame without a seq says to its reader, in words; "" where drawing it says enough. */
export function noticeWords(frame: Frame, before: Snapshot | null): string {
  const data = (frame.data ?? {}) as { accepted?: boolean };
  const asking = before?.me?.request != null;
  if (frame.type === "request.decided" && !data.accepted && asking) return "Not this time. You can ask again later.";
  if (frame.type === "requests.cleared" && asking) return "All requests were cleared. You can ask again later.";
  return "";
}
