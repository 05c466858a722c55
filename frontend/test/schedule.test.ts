import assert from "node:assert/strict";
import { test } from "node:test";
import { startsIn } from "../src/lib/format";
import { reduce } from "../src/space-state";
import { SPACE, snapshot, space } from "./sample";

test("how far a start is away", () => {
  const cases: [number, string][] = [
    [3 * 86_400 + 5, "in 3 days"], [86_400, "in 1 day"], [86_399, "in 23:59:59"], [3723, "in 1:02:03"],
    [1200, "in 20:00"], [0.4, "in 0:01"], [0, "any moment now"], [-500, "any moment now"],
  ];
  for (const [seconds, words] of cases) assert.equal(startsIn(seconds), words);
});

test("an announced Space moves, starts, or does not take place", () => {
  const ahead = snapshot({
    space: space({ state: "scheduled", started_at: null, scheduled_at: "2027-03-28T16:00:00Z", time_zone: "Europe/Berlin" }),
  });
  const event = (type: string, data: Record<string, unknown>) => ({ type, space: SPACE, seq: 11, data });
  const moved = reduce(ahead, event("space.moved", { scheduled_at: "2027-03-29T16:00:00Z", time_zone: "UTC" }));
  assert.deepEqual([moved.space.scheduled_at, moved.space.time_zone, moved.seq], ["2027-03-29T16:00:00Z", "UTC", 11]);
  const at = "2027-03-28T16:00:01Z";
  const live = reduce(ahead, event("space.started", { started_at: at, host_absent_until: "2027-03-28T16:02:01Z" }));
  assert.deepEqual([live.space.state, live.space.started_at], ["live", at]);
  for (const state of ["cancelled", "expired"]) {
    const over = reduce(ahead, event(`space.${state}`, { ended_at: at }));
    assert.deepEqual([over.space.state, over.space.ended_at], [state, at]);
  }
});
