import assert from "node:assert/strict";
import { test } from "node:test";
import { GAP_MS, SpaceFeed, isSpaceEvent, placeOnStage, reduce } from "../src/space-state";
import type { SpaceEvent } from "../src/space-state";
import { SPACE as ID, person, place, snapshot } from "./sample";

const event = (seq: number, type: string, data: object = {}): SpaceEvent => ({ type, space: ID, seq, data });

/** A feed whose clock the test turns. */
function feed() {
  const timers: { run: () => void; ms: number }[] = [];
  const seen: number[] = [];
  let asked = 0;
  const made = new SpaceFeed({
    needSnapshot: () => (asked += 1),
    onChange: (state, happened) => happened && seen.push(state.seq),
    setTimer: (run, ms) => {
      const timer = { run, ms };
      timers.push(timer);
      return timer;
    },
    clearTimer: (timer) => timers.splice(timers.indexOf(timer as (typeof timers)[number]), 1),
  });
  return { feed: made, timers, seen, asked: () => asked, pass: () => timers.splice(0).forEach((timer) => timer.run()) };
}

test("events change the stage", () => {
  let state = snapshot();
  state = reduce(state, event(11, "stage.joined", person("7", "speaker")));
  state = reduce(state, event(12, "stage.joined", person("8", "cohost")));
  assert.deepEqual(state.stage.map((one) => one.id), ["1", "8", "7"]);
  state = reduce(state, event(13, "stage.muted", { user: "7", muted: false }));
  state = reduce(state, event(14, "stage.presence", { user: "8", present: false }));
  assert.equal(state.stage[2]?.muted, false);
  assert.equal(state.stage[1]?.present, false);
  state = reduce(state, event(15, "stage.left", { user: "8" }));
  assert.deepEqual(state.stage.map((one) => one.id), ["1", "7"]);
  assert.equal(state.seq, 15);
});

test("somebody who changes role moves to the end of the new one, and else keeps their place", () => {
  let state = snapshot({ stage: [person("1", "host"), person("2", "cohost"), person("3", "speaker"), person("4", "speaker")] });
  state = reduce(state, event(11, "stage.joined", person("3", "speaker", { muted: false })));
  assert.deepEqual(state.stage.map((one) => one.id), ["1", "2", "3", "4"]);
  state = reduce(state, event(12, "stage.joined", person("4", "cohost")));
  assert.deepEqual(state.stage.map((one) => one.id), ["1", "2", "4", "3"]);
});

test("a new role is the last of its kind, and so is a host who hands over", () => {
  let state = snapshot({ stage: [person("1", "host"), person("2", "cohost"), person("3", "speaker"), person("4", "speaker")] });
  state = reduce(state, event(11, "stage.role_changed", { user: "1", role: "cohost" }));
  state = reduce(state, event(12, "stage.role_changed", { user: "3", role: "host" }));
  state = reduce(state, event(13, "space.host_changed", { host: { id: "3", handle: "c", name: "C", picture: "" }, reason: "handed_over" }));
  assert.deepEqual(state.stage.map((one) => [one.id, one.role]), [["3", "host"], ["2", "cohost"], ["1", "cohost"], ["4", "speaker"]]);
  assert.equal(state.space.host.id, "3");
  assert.equal(state.space.host_absent_until, null);
});

test("edits and pins replace what was", () => {
  const edited = {
    title: "Day talk", topics: [{ slug: "music", name: "Music" }], rules: "Be kind.", speak_policy: "invited",
    message_policy: "off", guests_allowed: true, locked: true,
  };
  let state = reduce(snapshot(), event(11, "space.edited", edited));
  state = reduce(state, event(12, "space.pins_changed", { pins: [{ id: "4", url: "https://example.org", title: "" }] }));
  assert.deepEqual({ ...state.space, ...edited }, state.space);
  assert.equal(state.space.host.id, "1");
  assert.equal(state.pins[0]?.id, "4");
});

test("an end leaves nobody present and stops the host's grace", () => {
  let state = reduce(snapshot(), event(11, "space.host_left", { ends_at: "2026-11-21T10:44:00Z" }));
  assert.equal(state.space.host_absent_until, "2026-11-21T10:44:00Z");
  const data = { reason: "host_left", ended_at: "2026-11-21T10:44:00Z", duration_seconds: 2640 };
  state = reduce(state, event(12, "space.ended", data));
  assert.equal(state.space.state, "ended");
  assert.equal(state.space.end_reason, "host_left");
  assert.equal(state.space.ended_at, data.ended_at);
  assert.equal(state.space.host_absent_until, null);
  assert.ok(state.stage.every((one) => !one.present));
});

test("the host's return stops the clock; an unknown event only counts", () => {
  let state = reduce(snapshot(), event(11, "space.host_left", { ends_at: "2026-11-21T10:44:00Z" }));
  state = reduce(state, event(12, "space.host_returned"));
  assert.equal(state.space.host_absent_until, null);
  const later = reduce(state, event(13, "space.painted_green", { shade: 3 }));
  assert.deepEqual({ ...later, seq: 12 }, state);
});

test("reduce leaves the earlier snapshot as it was", () => {
  const before = snapshot();
  const copy = structuredClone(before);
  reduce(before, event(11, "stage.muted", { user: "1", muted: false }));
  reduce(before, event(11, "space.ended", { reason: "host", ended_at: "x", duration_seconds: 1 }));
  assert.deepEqual(before, copy);
});

test("ticks, snapshots and frames without seq are no events", () => {
  assert.equal(isSpaceEvent({ type: "space.tick", space: ID, data: { listeners: 1, seq: 4 } }), false);
  assert.equal(isSpaceEvent({ type: "space.snapshot", space: ID, seq: 4, data: {} }), false);
  assert.equal(isSpaceEvent({ type: "space.superseded", space: ID, data: {} }), false);
  assert.equal(isSpaceEvent(event(4, "stage.left")), true);
});

test("what is known is dropped, what is early waits for what is missing", () => {
  const { feed: one, seen, timers, asked } = feed();
  one.takeSnapshot(snapshot());
  one.receive(event(10, "stage.muted", { user: "1", muted: false }));
  assert.equal(one.state?.stage[0]?.muted, true);
  one.receive(event(12, "stage.muted", { user: "1", muted: true }));
  one.receive(event(13, "stage.presence", { user: "1", present: false }));
  assert.deepEqual(seen, []);
  assert.deepEqual(timers.map((timer) => timer.ms), [GAP_MS]);
  one.receive(event(11, "stage.muted", { user: "1", muted: false }));
  assert.deepEqual(seen, [11, 12, 13]);
  assert.equal(timers.length, 0);
  assert.equal(asked(), 0);
});

test("what stays missing costs a new snapshot, and the early events that it lacks are applied to it", () => {
  const { feed: one, asked, pass, seen } = feed();
  one.takeSnapshot(snapshot());
  one.receive(event(14, "stage.muted", { user: "1", muted: false }));
  pass();
  assert.equal(asked(), 1);
  one.takeSnapshot(snapshot({ seq: 13 }));
  assert.equal(one.state?.seq, 14);
  assert.deepEqual(seen, [14]);
  pass();
  assert.equal(asked(), 1);
});

test("a snapshot that does not close the gap is asked for again", () => {
  const { feed: one, asked, pass } = feed();
  one.takeSnapshot(snapshot());
  one.receive(event(14, "stage.left", { user: "9" }));
  pass();
  one.takeSnapshot(snapshot({ seq: 12 }));
  pass();
  assert.equal(asked(), 2);
});

test("a tick that names a newer seq reveals a lost last event", () => {
  const { feed: one, asked, pass } = feed();
  one.takeSnapshot(snapshot());
  one.receive({ type: "space.tick", space: ID, data: { listeners: 5, seq: 10 } });
  assert.equal(one.state?.listeners, 5);
  pass();
  assert.equal(asked(), 0);
  one.receive({ type: "space.tick", space: ID, data: { listeners: 5, seq: 11 } });
  pass();
  assert.equal(asked(), 1);
});

test("a tick's event that arrives in time asks for nothing", () => {
  const { feed: one, asked, pass } = feed();
  one.takeSnapshot(snapshot());
  one.receive({ type: "space.tick", space: ID, data: { listeners: 3, seq: 11 } });
  one.receive(event(11, "stage.muted", { user: "1", muted: false }));
  pass();
  assert.equal(asked(), 0);
});

test("events before the first snapshot are kept for it", () => {
  const { feed: one } = feed();
  one.receive(event(11, "stage.muted", { user: "1", muted: false }));
  one.receive(event(9, "stage.muted", { user: "1", muted: true }));
  one.takeSnapshot(snapshot());
  assert.equal(one.state?.seq, 11);
  assert.equal(one.state?.stage[0]?.muted, false);
});

test("a snapshot overtaken by events gives only what events do not carry", () => {
  const { feed: one } = feed();
  one.takeSnapshot(snapshot());
  one.receive(event(11, "stage.muted", { user: "1", muted: false }));
  const me = place("listener");
  one.takeSnapshot(snapshot({ seq: 10, listeners: 9, me }));
  assert.equal(one.state?.seq, 11);
  assert.equal(one.state?.stage[0]?.muted, false);
  assert.equal(one.state?.listeners, 9);
  assert.deepEqual(one.state?.me, me);
});

test("any order of arrival gives the same end", () => {
  const events = [
    event(11, "stage.joined", person("5", "speaker")),
    event(12, "stage.muted", { user: "5", muted: false }),
    event(13, "stage.joined", person("6", "cohost")),
    event(14, "stage.left", { user: "5" }),
    event(15, "space.host_left", { ends_at: "2026-11-21T11:00:00Z" }),
  ];
  const straight = events.reduce(reduce, snapshot());
  for (let turn = 0; turn < 50; turn += 1) {
    const { feed: one } = feed();
    one.takeSnapshot(snapshot());
    // Every event twice, in an order that differs with each turn and is the same with each run.
    const rank = (index: number) => Math.abs(Math.sin((turn + 1) * (index + 1) * 12.9898)) * 1000;
    const order = [...events, ...events].map((happened, index) => ({ happened, at: rank(index) }));
    order.sort((a, b) => a.at - b.at);
    for (const { happened } of order) one.receive(happened);
    assert.deepEqual(one.state, straight);
  }
});

test("one's own place is read from the stage", () => {
  assert.equal(placeOnStage(snapshot(), "1")?.role, "host");
  assert.equal(placeOnStage(snapshot(), "2"), null);
  assert.equal(placeOnStage(snapshot(), null), null);
});

test("reactions of a tick are handed on, also when the count is the same", () => {
  const taps: object[] = [];
  const one = new SpaceFeed({ needSnapshot: () => undefined, onChange: () => undefined, onReactions: (more) => taps.push(more) });
  one.takeSnapshot(snapshot());
  one.receive({ type: "space.tick", space: ID, data: { listeners: 3, seq: 10, reactions: { "❤️": 12 } } });
  one.receive({ type: "space.tick", space: ID, data: { listeners: 3, seq: 10 } });
  assert.deepEqual(taps, [{ "❤️": 12 }]);
});

const asker = (id: string) => ({ id, handle: `u${id}`, name: `U ${id}`, picture: "", pitch: "", asked_at: "", follower_count: 0, times_spoken: 0 });

test("the hosts' queue follows its frames; told twice is told once", () => {
  const { feed: one } = feed();
  one.takeSnapshot(snapshot({ queue: [asker("5")], invitations: [], me: place("host") }));
  for (const id of ["6", "6"]) one.receive({ type: "request.added", space: ID, data: { request: asker(id) } });
  assert.deepEqual(one.state?.queue?.map((row) => row.id), ["5", "6"]);
  one.receive({ type: "request.removed", space: ID, data: { user: "5", reason: "declined" } });
  assert.deepEqual(one.state?.queue?.map((row) => row.id), ["6"]);
  one.receive({ type: "invitation.sent", space: ID, data: { invitation: { id: "7", handle: "g", name: "G", picture: "", role: "speaker", by: "1" } } });
  assert.equal(one.state?.invitations?.length, 1);
  one.receive({ type: "invitation.closed", space: ID, data: { user: "7", reason: "declined" } });
  one.receive({ type: "requests.cleared", space: ID, data: {} });
  assert.deepEqual([one.state?.invitations, one.state?.queue], [[], []]);
  assert.equal(one.state?.seq, 10);
});

test("whoever asks or is invited hears of it; others' queue frames leave them as they are", () => {
  const { feed: one } = feed();
  const request = { pitch: "", asked_at: "", before: 3 };
  one.takeSnapshot(snapshot({ me: place("listener", [], { request }) }));
  one.receive({ type: "request.position", space: ID, data: { before: 1 } });
  assert.equal(one.state?.me?.request?.before, 1);
  one.receive({ type: "request.decided", space: ID, data: { accepted: false } });
  assert.equal(one.state?.me?.request, null);
  one.receive({ type: "invitation.received", space: ID, data: { title: "Night talk", role: "cohost", by: person("1", "host") } });
  assert.equal(one.state?.me?.invitation?.role, "cohost");
  one.receive({ type: "invitation.withdrawn", space: ID, data: {} });
  assert.equal(one.state?.me?.invitation, null);
  one.receive({ type: "requests.cleared", space: ID, data: {} });
  assert.equal(one.state?.queue, null);
});
