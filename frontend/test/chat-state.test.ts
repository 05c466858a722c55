import assert from "node:assert/strict";
import { test } from "node:test";
import { emptyChat, messageLength, withFrame, withPage } from "../src/room/chat-state";
import type { Frame, Message } from "../src/types";
import { SPACE, maya } from "./sample";

const message = (id: string, author = maya): Message => ({ id, author, role: "listener", text: `m${id}`, held: false, created_at: "2026-11-21T10:00:00Z" });
const posted = (id: string, author = maya): Frame => ({ type: "message.posted", space: SPACE, data: { message: message(id, author) } });
const ids = (chat: { messages: Message[] }) => chat.messages.map((one) => one.id);

test("messages stand in the order of their numbers, each once", () => {
  let chat = withFrame(emptyChat(SPACE), posted("10"), "9");
  chat = withFrame(chat, posted("9"), "9");
  chat = withFrame(chat, posted("10"), "9");
  chat = withPage(chat, { results: [message("10"), message("8")], next: "/more" }, false);
  assert.deepEqual(ids(chat), ["8", "9", "10"]);
  assert.equal(chat.earlier, "/more");
});

test("a fresh page forgets what was deleted while the connection was away", () => {
  let chat = withPage(emptyChat(SPACE), { results: [message("2"), message("1")], next: null }, true);
  chat = withPage(chat, { results: [message("3"), message("1")], next: null }, true);
  assert.deepEqual(ids(chat), ["1", "3"]);
});

test("unread counts what others wrote while the chat was closed", () => {
  let chat = withFrame(emptyChat(SPACE), posted("1"), "9");
  chat = withFrame(chat, posted("2"), "1");
  assert.equal(chat.unread, 1);
  chat = withFrame({ ...chat, open: true }, posted("3"), "9");
  assert.equal(chat.unread, 1);
});

test("a deleted message is gone; frames of other Spaces and of other kinds change nothing", () => {
  const chat = withFrame(emptyChat(SPACE), posted("1"), "9");
  assert.deepEqual(ids(withFrame(chat, { type: "message.deleted", space: SPACE, data: { id: "1" } }, "9")), []);
  assert.equal(withFrame(chat, { type: "message.deleted", space: SPACE, data: { id: "5" } }, "9"), chat);
  assert.equal(withFrame(chat, { ...posted("2"), space: "other" }, "9"), chat);
  assert.equal(withFrame(chat, { type: "stage.muted", space: SPACE, data: {} }, "9"), chat);
});

test("characters are counted as the server counts them", () => {
  assert.equal(messageLength("  🎉 é \n"), 3);
});

test("a held message waits until it is let through, whichever frame comes first", () => {
  const held: Frame = { type: "message.held", space: SPACE, data: { message: { ...message("1"), held: true } } };
  let chat = withFrame(emptyChat(SPACE), held, "9");
  assert.deepEqual([ids(chat), chat.messages[0]?.held, chat.unread], [["1"], true, 1]);
  chat = withFrame(chat, posted("1"), "9");
  assert.deepEqual([ids(chat), chat.messages[0]?.held, chat.unread], [["1"], false, 1]);
  assert.equal(withFrame(chat, held, "9"), chat);
});
