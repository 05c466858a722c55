import assert from "node:assert/strict";
import { test } from "node:test";
import { Backoff, afterClose } from "../src/lib/backoff";

test("waits double up to the longest, with between half and all of each", () => {
  const least = new Backoff({ first: 500, longest: 15_000, random: () => 0 });
  const most = new Backoff({ first: 500, longest: 15_000, random: () => 1 });
  assert.deepEqual([1, 2, 3, 4, 5, 6, 7].map(() => least.next()), [250, 500, 1000, 2000, 4000, 7500, 7500]);
  assert.deepEqual([1, 2, 3, 4, 5, 6, 7].map(() => most.next()), [500, 1000, 2000, 4000, 8000, 15_000, 15_000]);
  assert.equal(most.tries, 7);
});

test("after a success it starts anew", () => {
  const backoff = new Backoff({ first: 500, longest: 15_000, random: () => 1 });
  backoff.next();
  backoff.next();
  backoff.reset();
  assert.equal(backoff.next(), 500);
});

test("it never overflows", () => {
  const backoff = new Backoff({ first: 500, longest: 15_000, random: () => 1 });
  for (let turn = 0; turn < 3000; turn += 1) assert.ok(backoff.next() <= 15_000);
});

test("each close code has its answer", () => {
  for (const code of [4400, 4401, 4403, 4409]) assert.equal(afterClose(code), "never");
  assert.equal(afterClose(4408), 0);
  assert.equal(afterClose(4429), 10_000);
  assert.equal(afterClose(1012, () => 0), 1_000);
  assert.equal(afterClose(1012, () => 1), 5_000);
  for (const code of [1000, 1001, 1006, 1011, 1013]) assert.equal(afterClose(code), "backoff");
});
