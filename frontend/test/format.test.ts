import assert from "node:assert/strict";
import { test } from "node:test";
import { clock, dayWords, durationInWords, firstName, initials, namesInWords, relativeTime } from "../src/lib/format";

test("durations in words", () => {
  const cases: [number, string][] = [
    [0, "less than a minute"], [59, "less than a minute"], [60, "1 minute"], [42 * 60 + 59, "42 minutes"],
    [3600, "1 hour"], [3660, "1 hour 1 minute"], [2 * 3600 + 5 * 60, "2 hours 5 minutes"],
  ];
  for (const [seconds, words] of cases) assert.equal(durationInWords(seconds), words);
});

test("the clock counts whole seconds and stops at zero", () => {
  assert.equal(clock(118), "1:58");
  assert.equal(clock(59.2), "1:00");
  assert.equal(clock(5), "0:05");
  assert.equal(clock(-3), "0:00");
  assert.equal(clock(3723), "1:02:03");
});

test("times near now are relative, others are dates", () => {
  const now = new Date("2026-11-21T12:00:00Z");
  const at = (ms: number) => relativeTime(new Date(now.getTime() + ms), now, "en");
  assert.equal(at(-10_000), "just now");
  assert.equal(at(10_000), "in a moment");
  assert.equal(at(-5 * 60_000), "5 minutes ago");
  assert.equal(at(2 * 3600_000), "in 2 hours");
  assert.equal(at(-24 * 3600_000), "yesterday");
  assert.match(at(-30 * 24 * 3600_000), /Oct 22/);
  assert.match(at(-400 * 24 * 3600_000), /2025/);
});

test("names", () => {
  assert.equal(initials("Maya Kim"), "MK");
  assert.equal(initials("maya"), "M");
  assert.equal(initials("Ana de la Cruz"), "AC");
  assert.equal(initials("  "), "?");
  assert.equal(initials("😀 Zoë"), "Z");
  assert.equal(firstName("Maya Kim"), "Maya");
  assert.equal(namesInWords(["Maya"]), "Maya");
  assert.equal(namesInWords(["Maya", "Tom"]), "Maya and Tom");
  assert.equal(namesInWords(["Maya", "Tom", "Ana"]), "Maya, Tom and 1 other");
  assert.equal(namesInWords(["Maya", "Tom", "Ana", "Li"]), "Maya, Tom and 2 others");
});

test("days are named as near as they are", () => {
  const now = new Date(2026, 4, 20, 0, 30);
  const cases: [Date, string][] = [
    [new Date(2026, 4, 20, 0, 5), "Today"],
    [new Date(2026, 4, 19, 23, 55), "Yesterday"],
    [new Date(2026, 4, 18, 23, 55), "Monday, May 18"],
    [new Date(2025, 4, 20), "May 20, 2025"],
  ];
  for (const [day, words] of cases) assert.equal(dayWords(day, now, "en"), words);
});
