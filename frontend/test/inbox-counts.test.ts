import assert from "node:assert/strict";
import { test } from "node:test";
import { Once, badgeText, countOf, isForToast, isLive, reduceCounts, titleWith, toastWords } from "../src/inbox-counts";
import type { NotificationCard } from "../src/inbox-counts";
import { SPACE, maya } from "./sample";

const card = (change: Partial<NotificationCard> = {}): NotificationCard => ({
  id: "1",
  kind: "live",
  event: "live",
  title: "Maya Kim is live",
  text: "Morning voices",
  url: `/spaces/${SPACE}/`,
  actor: maya,
  space: SPACE,
  created_at: "2026-11-21T10:00:00Z",
  read: false,
  ...change,
});

test("the inbox counts messages and notifications together", () => {
  const none = { messages: 0, notifications: 0 };
  const counts = reduceCounts(none, { type: "inbox.counts", data: { messages: 2, notifications: 3 } });
  assert.deepEqual([countOf(counts, "inbox"), countOf(counts, "messages"), countOf(counts, "notifications")], [5, 2, 3]);
  assert.equal(reduceCounts(none, { type: "space.tick", data: {} }), none);
});

test("a badge has three characters at most", () => {
  assert.deepEqual([0, 1, 99, 100, 5000].map(badgeText), ["", "1", "99", "99+", "99+"]);
});

test("the title has one count before it", () => {
  assert.equal(titleWith(3, "Home · Spaces"), "(3) Home · Spaces");
  assert.equal(titleWith(120, "(3) Home · Spaces"), "(99+) Home · Spaces");
  assert.equal(titleWith(0, "(99+) Home · Spaces"), "Home · Spaces");
});

test("what is urgent comes as a toast, but not about the Space one is in", () => {
  assert.equal(isForToast(card(), ""), true);
  assert.equal(isForToast(card(), SPACE), false);
  assert.equal(isForToast(card({ kind: "follower", space: null }), ""), false);
  assert.equal(isForToast(card({ kind: "invited" }), ""), false);
});

test("a tap on what is live goes to the sound", () => {
  assert.equal(isLive(card()), true);
  assert.equal(isLive(card({ kind: "reminder", event: "live" })), true);
  assert.equal(isLive(card({ kind: "reminder", event: "soon" })), false);
  assert.equal(toastWords(card()), "Maya Kim is live: Morning voices");
  assert.equal(toastWords(card({ text: "" })), "Maya Kim is live");
});

test("what is said twice is shown once", () => {
  const once = new Once();
  assert.deepEqual([once.isNew("1"), once.isNew("1"), once.isNew("2")], [true, false, true]);
});
