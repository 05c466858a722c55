// The numbers on the inbox, and what of a notification is worth a toast. Pure.

import { t } from "./lib/words";
import type { Frame, Person } from "./types";

export interface InboxCounts {
  messages: number;
  notifications: number;
}

export interface NotificationCard {
  id: string;
  kind: string;
  event: string;
  title: string;
  text: string;
  url: string;
  actor: Person | null;
  space: string | null;
  created_at: string;
  read: boolean;
}

/** Kinds that are worth nothing later. Invitations and accepted requests show themselves (view/hand.ts). */
const URGENT = new Set(["live", "reminder", "ticket", "moderation"]);
const REMEMBERED = 200;

/** The counts after a frame; the same object when the frame is about something else. */
export function reduceCounts(counts: InboxCounts, frame: Frame): InboxCounts {
  return frame.type === "inbox.counts" ? (frame.data as InboxCounts) : counts;
}

/** What a badge counts: "inbox" is all of it. */
export function countOf(counts: InboxCounts, name: string): number {
  if (name === "messages") return counts.messages;
  return name === "notifications" ? counts.notifications : counts.messages + counts.notifications;
}

/** 1 … 99, 99+; "" for none. */
export function badgeText(count: number): string {
  if (count <= 0) return "";
  return count > 99 ? "99+" : String(count);
}

/** A page's title with the count before it, whatever count it had. */
export function titleWith(count: number, title: string): string {
  const bare = title.replace(/^\(\d+\+?\) /, "");
  return count > 0 ? `(${badgeText(count)}) ${bare}` : bare;
}

/** Whether somebody in `space` is to be shown this one. */
export function isForToast(card: NotificationCard, space: string): boolean {
  return URGENT.has(card.kind) && (card.space === null || card.space !== space);
}

/** Whether a tap on it can go straight to the sound. */
export function isLive(card: NotificationCard): boolean {
  return card.space !== null && (card.kind === "live" || (card.kind === "reminder" && card.event === "live"));
}

/** One line: “Maya is live: Morning voices”. */
export function toastWords(card: NotificationCard): string {
  return card.text ? t("{title}: {text}", { title: card.title, text: card.text }) : card.title;
}

/** Remembers what came, since a worker that took over from a dead one says it again. */
export class Once {
  private readonly ids = new Set<string>();

  isNew(id: string): boolean {
    if (this.ids.has(id)) return false;
    this.ids.add(id);
    if (this.ids.size > REMEMBERED) this.ids.delete(this.ids.values().next().value as string);
    return true;
  }
}
