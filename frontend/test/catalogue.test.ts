import assert from "node:assert/strict";
import { after, test } from "node:test";
import { learn, pieces, shortCount, t, tn, tp } from "../src/lib/words";

after(() => learn({}));

test("English is what stands in the code", () => {
  learn({});
  assert.equal(t("{name} is live.", { name: "Maya" }), "Maya is live.");
  assert.equal(tp("key", "Space"), "Space");
  assert.equal(tn("{count} person", "{count} people", 1), "1 person");
  assert.equal(tn("{count} person", "{count} people", 0), "0 people");
  assert.equal(tn("{count} person", "{count} people", 1300), "1.3K people");
  assert.equal(tn("{count} new", "{count} new", 120, { count: "99+" }), "99+ new");
});

test("a catalogue takes its place, message by message", () => {
  learn({
    "{name} is live.": "{name} ist live.",
    "key\x04Space": "Leertaste",
    "{count} person": ["{count} Mensch", "{count} Menschen"],
    Leave: "",
  });
  assert.equal(t("{name} is live.", { name: "Maya" }), "Maya ist live.");
  assert.equal(tp("key", "Space"), "Leertaste");
  assert.equal(t("Space"), "Space");
  assert.equal(t("Leave"), "Leave");
  assert.equal(tn("{count} person", "{count} people", 1), "1 Mensch");
  assert.equal(tn("{count} person", "{count} people", 2), "2 Menschen");
  assert.equal(t("constructor"), "constructor");
});

test("what a person wrote is put in as it is", () => {
  learn({});
  assert.equal(t("{name}: {words}", { name: "{words}", words: "$& {name}" }), "{words}: $& {name}");
  assert.equal(t("There is no {place}."), "There is no {place}.");
});

test("a sentence in pieces", () => {
  const strong = { strong: "1:58" };
  assert.deepEqual(pieces(t("Your seat is held: {time}"), { time: strong }), ["Your seat is held: ", strong, ""]);
  assert.deepEqual(pieces("{a} {b}", { a: 1 }), ["", 1, " ", "{b}", ""]);
});

test("counts are short and never promise more than there is", () => {
  const cases: [number, string][] = [
    [0, "0"], [999, "999"], [1000, "1K"], [1250, "1.2K"], [1999, "1.9K"], [9999, "9.9K"], [15_400, "15K"],
    [999_999, "999K"], [1_000_000, "1M"], [1_250_000, "1.2M"], [12_000_000, "12M"],
  ];
  for (const [count, words] of cases) assert.equal(shortCount(count), words);
});
