// What is written in the room, as one reader has it. Pure: pages and frames in, a list by id out.

import type { Frame, Message, UserId } from "../types";
import { sameUser } from "../types";

export const MESSAGE_MAX = 280;
/** So many are kept; who scrolls back asks for more. */
const KEPT = 500;

export interface Chat {
  space: string;
  /** By id, the oldest first. */
  messages: Message[];
  /** Where earlier messages are; null when all are here. */
  earlier: string | null;
  loaded: boolean;
  open: boolean;
  unread: number;
}

export const emptyChat = (space: string): Chat => ({
  space,
  messages: [],
  earlier: null,
  loaded: false,
  open: false,
  unread: 0,
});

const byId = (a: Message, b: Message): number => Number(a.id) - Number(b.id);

function merged(known: Message[], more: Message[]): Message[] {
  const all = new Map(known.map((message) => [message.id, message]));
  for (const message of more) all.set(message.id, message);
  return [...all.values()].sort(byId);
}

/** With a page of messages, newest first; `fresh` starts the list anew (the newest page after a reconnect). */
export function withPage(chat: Chat, page: { results: Message[]; next: string | null }, fresh: boolean): Chat {
  return { ...chat, loaded: true, earlier: page.next, messages: merged(fresh ? [] : chat.messages, page.results) };
}

/** After a frame; the same object when it is about something else. Own messages are never unread. */
export function withFrame(chat: Chat, frame: Frame, viewer: UserId | null): Chat {
  if (frame.space !== chat.space) return chat;
  if (frame.type === "message.posted" || frame.type === "message.held") {
    const { message } = frame.data as { message: Message };
    const known = chat.messages.find((one) => one.id === message.id);
    // What was let through is held no more; a frame that was overtaken does not hold it again.
    if (known) return known.held && !message.held ? { ...chat, messages: merged(chat.messages, [message]) } : chat;
    const unread = chat.open || sameUser(message.author.id, viewer) ? chat.unread : chat.unread + 1;
    return { ...chat, unread, messages: merged(chat.messages, [message]).slice(-KEPT) };
  }
  if (frame.type === "message.deleted") {
    const { id } = frame.data as { id: string };
    const messages = chat.messages.filter((message) => message.id !== id);
    if (messages.length === chat.messages.length) return chat;
    return { ...chat, messages, unread: Math.min(chat.unread, messages.length) };
  }
  return chat;
}

/** Characters as the server counts them: code points of the trimmed text. */
export const messageLength = (text: string): number => Array.from(text.trim()).length;
