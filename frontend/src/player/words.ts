// The sentences of a Space's end and of what happens in it.

import { durationInWords, firstName } from "../lib/format";
import { t } from "../lib/words";
import type { EndReason, Frame, Role, Snapshot, StagePerson, UserId } from "../types";
import { sameUser } from "../types";
import type { SpaceEvent } from "../space-state";

/** "Maya ended this Space after 42 minutes." as seen by `viewer`. */
export function endedWords(snapshot: Snapshot, viewer: UserId | null, durationSeconds?: number): string {
  const { host, started_at, ended_at, end_reason } = snapshot.space;
  const seconds =
    durationSeconds ?? (started_at && ended_at ? (Date.parse(ended_at) - Date.parse(started_at)) / 1000 : undefined);
  const mine = sameUser(host.id, viewer);
  const name = firstName(host.name);
  return seconds === undefined ? endWords(end_reason, mine, name) : endAfterWords(end_reason, mine, name, durationInWords(seconds));
}

function endWords(reason: EndReason | "" | null, mine: boolean, name: string): string {
  switch (reason) {
    case "host_left":
      return mine ? t("Your Space ended, since you were away.") : t("{name} did not come back. The Space ended.", { name });
    case "staff":
      return mine ? t("Your Space was ended by the Spaces team.") : t("The Spaces team ended this Space.");
    default:
      return mine ? t("You ended this Space.") : t("{name} ended this Space.", { name });
  }
}

function endAfterWords(reason: EndReason | "" | null, mine: boolean, name: string, duration: string): string {
  switch (reason) {
    case "host_left":
      return mine
        ? t("Your Space ended after {duration}, since you were away.", { duration })
        : t("{name} did not come back. The Space ended after {duration}.", { name, duration });
    case "staff":
      return mine
        ? t("Your Space was ended by the Spaces team after {duration}.", { duration })
        : t("The Spaces team ended this Space after {duration}.", { duration });
    default:
      return mine ? t("You ended this Space after {duration}.", { duration }) : t("{name} ended this Space after {duration}.", { name, duration });
  }
}

/** What a screen reader hears of an event; "" for what is not worth saying. `before` is the stage before it. */
export function eventWords(event: SpaceEvent, before: StagePerson[], viewer: UserId | null): string {
  const data = (event.data ?? {}) as Partial<StagePerson> & { user?: UserId };
  const id = data.id ?? data.user;
  const known = before.find((person) => sameUser(person.id, id));
  const name = firstName(data.name ?? known?.name ?? t("Somebody"));
  const mine = sameUser(id, viewer);
  switch (event.type) {
    case "stage.joined":
      return known || mine ? "" : t("{name} joined the stage.", { name });
    case "stage.left":
      if (mine) return "";
      return event.data && (event.data as { reason?: string }).reason === "moved"
        ? t("{name} was moved to the listeners.", { name })
        : t("{name} left the stage.", { name });
    case "stage.role_changed":
      return mine || !known ? "" : roleWords(data.role, name);
    case "space.host_left":
      return t("The host left. The Space ends in a while unless they come back.");
    case "space.host_returned":
      return t("The host is back.");
    case "space.edited":
      return t("The host changed this Space's settings.");
    case "space.pins_changed":
      return t("The pins have changed.");
    default:
      return "";
  }
}

function roleWords(role: Role | undefined, name: string): string {
  switch (role) {
    case "host":
      return t("{name} is the host now.", { name });
    case "cohost":
      return t("{name} is a co-host now.", { name });
    case "speaker":
      return t("{name} is a speaker now.", { name });
    default:
      return t("{name} is on stage now.", { name });
  }
}

function ownRoleWords(role: Role | undefined): string {
  switch (role) {
    case "host":
      return t("You are the host now.");
    case "cohost":
      return t("You are a co-host now.");
    case "speaker":
      return t("You are a speaker now.");
    default:
      return t("You are on stage now.");
  }
}

export const REMOVED_WORDS = t("You were removed from this Space.");
export const TICKET_VOID_WORDS = t("Your ticket for this Space is not valid any more.");

const LEFT_WORDS: Record<string, string> = {
  moved: t("You were moved to the listeners."),
  stepped_down: t("You stepped down. You are listening now."),
  left: t("You were away, and your seat was needed. You are listening now."),
};

/** What an event means for whom it is about, in words; "" for everybody else. */
export function ownWords(event: SpaceEvent, viewer: UserId | null): string {
  const data = (event.data ?? {}) as { id?: UserId; user?: UserId; role?: Role; reason?: string };
  if (!sameUser(data.id ?? data.user, viewer)) return "";
  switch (event.type) {
    case "stage.joined":
      return t("You are on stage. Your mic is off: tap it when you want to talk.");
    case "stage.left":
      return LEFT_WORDS[data.reason ?? ""] ?? "";
    case "stage.role_changed":
      return ownRoleWords(data.role);
    default:
      return "";
  }
}

/** What a frame without a seq says to its reader, in words; "" where drawing it says enough. */
export function noticeWords(frame: Frame, before: Snapshot | null): string {
  const data = (frame.data ?? {}) as { accepted?: boolean };
  const asking = before?.me?.request != null;
  if (frame.type === "request.decided" && !data.accepted && asking) return t("Not this time. You can ask again later.");
  if (frame.type === "requests.cleared" && asking) return t("All requests were cleared. You can ask again later.");
  return "";
}
