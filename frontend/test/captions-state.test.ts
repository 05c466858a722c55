import assert from "node:assert/strict";
import { test } from "node:test";
import { GUESS_MS, noCaptions, withCaption, withLines, withoutOld } from "../src/room/captions-state";
import type { CaptionLine, Frame } from "../src/types";
import { SPACE } from "./sample";

const line = (id: string, starts_at_ms: number, user = "1"): CaptionLine => ({
  id,
  user,
  name: `User ${user}`,
  starts_at_ms,
  ends_at_ms: starts_at_ms + 500,
  text: `line ${id}`,
  masked: false,
});
const said = (one: CaptionLine): Frame => ({ type: "captions.line", space: SPACE, data: one });
const guess = (text: string, starts_at_ms: number, user = "1"): Frame => ({
  type: "captions.partial",
  space: SPACE,
  data: { user, name: `User ${user}`, starts_at_ms, text },
});

test("lines stand in the order in which they were said, each once", () => {
  let captions = withCaption(noCaptions(SPACE), said(line("2", 5000)), 0);
  captions = withCaption(captions, said(line("3", 1000, "2")), 0);
  captions = withLines(captions, [line("2", 5000), line("1", 100)]);
  assert.deepEqual(captions.lines.map((one) => one.id), ["1", "3", "2"]);
});

test("what somebody seemed to say gives way to what they said, and only theirs", () => {
  let captions = withCaption(noCaptions(SPACE), guess("hel", 1000), 0);
  captions = withCaption(captions, guess("good", 1200, "2"), 0);
  captions = withCaption(captions, guess("hello", 1000), 0);
  assert.deepEqual(captions.guesses.map((one) => one.text), ["hello", "good"]);
  captions = withCaption(captions, said(line("1", 1000)), 0);
  assert.deepEqual(captions.guesses.map((one) => one.text), ["good"]);
  // A guess at the next sentence that overtook the line of the last one stays.
  captions = withCaption(captions, guess("next", 3000, "2"), 0);
  captions = withCaption(captions, said(line("2", 1200, "2")), 0);
  assert.deepEqual(captions.guesses.map((one) => one.text), ["next"]);
  assert.deepEqual(withCaption(captions, guess("", 3000, "2"), 0).guesses, []);
});

test("what was taken out is gone, and guesses that came to nothing go", () => {
  let captions = withCaption(noCaptions(SPACE), said(line("1", 0)), 0);
  captions = withCaption(captions, { type: "captions.removed", space: SPACE, data: { id: "1" } }, 0);
  assert.deepEqual(captions.lines, []);
  captions = withCaption(captions, guess("and then", 0), 1000);
  assert.equal(withoutOld(captions, 1000 + GUESS_MS - 1), captions);
  assert.deepEqual(withoutOld(captions, 1000 + GUESS_MS).guesses, []);
});

test("what is about another Space changes nothing", () => {
  const captions = noCaptions("another");
  assert.equal(withCaption(captions, said(line("1", 0)), 0), captions);
});
