import assert from "node:assert/strict";
import { test } from "node:test";
import {
  clockOf, lineAt, nextRate, nextSpeaker, previousSpeaker, tapsBetween, timeInWords, turnsOf, wordsAt,
} from "../src/replay/steps";
import type { Line, Taps } from "../src/replay/steps";

const line = (id: number, user: string | null, name: string, starts_ms: number): Line => ({
  id: String(id), user, name, starts_ms, ends_ms: starts_ms + 900, text: `Line ${id}`,
});
const LINES = [
  line(1, "7", "Maya", 1_000), line(2, "7", "Maya Kim", 3_000), line(3, "8", "Sam", 6_000),
  line(4, null, "Gone", 9_000), line(5, null, "Also gone", 12_000), line(6, "7", "Maya", 15_000),
];

test("the line that is heard is the last that has begun", () => {
  const cases: [number, number][] = [[0, -1], [999, -1], [1_000, 0], [2_999, 0], [3_000, 1], [14_999, 4], [99_999, 5]];
  for (const [at, index] of cases) assert.equal(lineAt(LINES, at), index, String(at));
  assert.equal(lineAt([], 5), -1);
});

test("turns are runs of one account, whatever it was called; those without one go by name", () => {
  const turns = turnsOf(LINES);
  assert.deepEqual(turns.map((turn) => [turn.name, turn.first, turn.last]), [
    ["Maya", 0, 1], ["Sam", 2, 2], ["Gone", 3, 3], ["Also gone", 4, 4], ["Maya", 5, 5],
  ]);
  assert.equal(nextSpeaker(turns, 0), 1_000);
  assert.equal(nextSpeaker(turns, 2_000), 6_000);
  assert.equal(nextSpeaker(turns, 15_000), null);
  assert.equal(previousSpeaker(turns, 14_500), 9_000);
  assert.equal(previousSpeaker(turns, 15_500), 12_000);
  assert.equal(previousSpeaker(turns, 19_000), 15_000);
  assert.equal(previousSpeaker(turns, 500), 0);
});

test("what was written is shown for a while, what was tapped once", () => {
  const words = [0, 1_000, 2_000, 3_000, 60_000].map((at_ms, id) => ({ id: String(id), at_ms, name: "A", text: "b" }));
  assert.deepEqual(wordsAt(words, 3_500).map((one) => one.id), ["1", "2", "3"]);
  assert.deepEqual(wordsAt(words, 59_000), []);
  const taps: Taps[] = [{ at_ms: 5_000, taps: { "❤️": 3 } }, { at_ms: 10_000, taps: { "❤️": 1, "😂": 2 } }];
  assert.deepEqual(tapsBetween(taps, 4_900, 5_100), { "❤️": 3 });
  assert.deepEqual(tapsBetween(taps, 5_000, 5_200), {});
  assert.deepEqual(tapsBetween(taps, 7_000, 10_000), { "❤️": 1, "😂": 2 });
  assert.deepEqual(tapsBetween(taps, 0, 60_000), {});
  assert.deepEqual(tapsBetween(taps, 9_000, 1_000), {});
});

test("speeds go step by step and stop at the ends", () => {
  assert.deepEqual([nextRate(1, 1), nextRate(1, -1), nextRate(3, 1), nextRate(0.5, -1), nextRate(1.1, 1)], [1.25, 0.75, 3, 0.5, 1.25]);
});

test("times of a replay", () => {
  assert.deepEqual([0, 999, 65_000, 3_723_000].map(clockOf), ["0:00", "0:00", "1:05", "1:02:03"]);
  assert.deepEqual([0, 1_000, 65_000, 3_600_000].map(timeInWords), ["0 seconds", "1 second", "1 minute 5 seconds", "1 hour"]);
});
