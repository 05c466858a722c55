import assert from "node:assert/strict";
import { test } from "node:test";
import { bubbleLabel, bubbleName, reduceBubbles } from "../src/bubbles-state";
import type { Bubbles } from "../src/bubbles-state";
import { Announcer } from "../src/announce";
import { micWords } from "../src/player/link-types";
import { endedWords, eventWords, noticeWords, ownWords } from "../src/player/words";
import type { Bubble, EndReason, Snapshot } from "../src/types";
import { maya, place, snapshot, space } from "./sample";

const ended = (reason: EndReason): Snapshot =>
  snapshot({ space: space({ state: "ended", ended_at: "2026-11-21T10:42:30Z", end_reason: reason }), stage: [] });

test("the end of a Space is told to each as they see it", () => {
  assert.equal(endedWords(ended("host"), "9"), "Maya ended this Space after 42 minutes.");
  assert.equal(endedWords(ended("host"), "1"), "You ended this Space after 42 minutes.");
  assert.equal(endedWords(ended("host_left"), "9"), "Maya did not come back. The Space ended after 42 minutes.");
  assert.equal(endedWords(ended("staff"), null), "The Spaces team ended this Space after 42 minutes.");
  assert.equal(endedWords(ended("host"), "9", 20), "Maya ended this Space after less than a minute.");
  assert.equal(endedWords(ended("host"), "9", 3660), "Maya ended this Space after 1 hour 1 minute.");
});

test("events are told in words, and those that only change a badge are not", () => {
  const stage = [{ ...maya, role: "host" as const, muted: true, present: true }];
  const of = (type: string, data: object) => eventWords({ type, space: "s", seq: 1, data }, stage, "9");
  assert.equal(of("stage.joined", { ...maya, id: "2", name: "Tom Ash", role: "speaker" }), "Tom joined the stage.");
  assert.equal(of("stage.left", { user: "1", reason: "stepped_down" }), "Maya left the stage.");
  assert.equal(of("stage.left", { user: "1", reason: "moved" }), "Maya was moved to the listeners.");
  assert.equal(of("stage.role_changed", { user: "1", role: "cohost" }), "Maya is a co-host now.");
  assert.equal(of("stage.muted", { user: "1", muted: false }), "");
});

test("what happens to oneself is told in words", () => {
  const of = (type: string, data: object, viewer: string | null = "9") => ownWords({ type, space: "s", seq: 1, data }, viewer);
  assert.match(of("stage.joined", { ...maya, id: "9", role: "speaker" }), /You are on stage\. Your mic is off/);
  assert.equal(of("stage.left", { user: "9", reason: "moved" }), "You were moved to the listeners.");
  assert.equal(of("stage.left", { user: "9", reason: "stepped_down" }), "You stepped down. You are listening now.");
  // The removal itself says so.
  assert.equal(of("stage.left", { user: "9", reason: "removed" }), "");
  assert.equal(of("stage.role_changed", { user: "9", role: "host" }), "You are the host now.");
  assert.equal(of("stage.left", { user: "1", reason: "moved" }), "");
  assert.equal(of("stage.left", { user: "1", reason: "moved" }, null), "");
});

test("an answer to a request is told to the one who asked", () => {
  const asking = snapshot({ me: place("listener", [], { request: { pitch: "", asked_at: "", before: 0 } }) });
  assert.match(noticeWords({ type: "request.decided", data: { accepted: false } }, asking), /Not this time/);
  assert.equal(noticeWords({ type: "request.decided", data: { accepted: true } }, asking), "");
  assert.match(noticeWords({ type: "requests.cleared", data: {} }, asking), /cleared/);
  assert.equal(noticeWords({ type: "requests.cleared", data: {} }, snapshot({ me: place("listener") })), "");
});

const bubble = (space: string, people = [maya], others = 0): Bubble => ({
  space, title: "Night talk", people, others, listeners: 3, started_at: null,
});

test("bubbles come, change and go; only those that came later are new", () => {
  let state: Bubbles = { list: [], fresh: new Set<string>() };
  state = reduceBubbles(state, { type: "bubbles.snapshot", data: { bubbles: [bubble("a")] } });
  assert.equal(state.fresh.size, 0);
  state = reduceBubbles(state, { type: "bubble.shown", data: bubble("b") });
  assert.deepEqual(state.list.map((one) => one.space), ["b", "a"]);
  assert.deepEqual([...state.fresh], ["b"]);
  state = reduceBubbles(state, { type: "bubble.shown", data: bubble("a", [maya], 4) });
  assert.deepEqual(state.list.map((one) => one.others), [0, 4]);
  state = reduceBubbles(state, { type: "bubble.hidden", data: { space: "b" } });
  assert.deepEqual(state.list.map((one) => one.space), ["a"]);
  assert.equal(reduceBubbles(state, { type: "bubble.hidden", data: { space: "zzz" } }), state);
  assert.equal(reduceBubbles(state, { type: "space.tick", space: "a", data: {} }), state);
});

test("a bubble names the first and counts the rest", () => {
  const tom = { ...maya, id: "2", name: "Tom Ash" };
  assert.equal(bubbleName(bubble("a")), "Maya");
  assert.equal(bubbleName(bubble("a", [maya, tom], 2)), "Maya + 3");
  assert.equal(bubbleLabel(bubble("a")), "Maya is live: Night talk");
  assert.equal(bubbleLabel(bubble("a", [maya, tom])), "Maya and 1 other are live: Night talk");
});

test("a screen reader hears the first at once and the rest together later", () => {
  const said: string[] = [];
  const timers: (() => void)[] = [];
  const announcer = new Announcer((text) => said.push(text), (run) => timers.push(run));
  announcer.announce("Maya joined.");
  announcer.announce("Tom joined.");
  announcer.announce("Tom joined.");
  announcer.announce("Ana left.");
  assert.deepEqual(said, ["Maya joined."]);
  timers.shift()?.();
  assert.deepEqual(said, ["Maya joined.", "Tom joined. Ana left."]);
  timers.shift()?.();
  assert.equal(timers.length, 0);
  announcer.announce("Tom joined.");
  assert.equal(said.length, 3);
});

test("every trouble with the microphone says what to do", () => {
  for (const failure of ["refused", "missing", "busy", "other"] as const) assert.match(micWords(failure), /then tap|reload/);
  assert.match(micWords("refused", false), /https/);
});
