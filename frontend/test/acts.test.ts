import assert from "node:assert/strict";
import { test } from "node:test";
import { actsOn, can, heirs } from "../src/acts";
import type { Role } from "../src/types";
import { person, place, snapshot, space } from "./sample";

const RUNS = ["stage.invite", "stage.invite_withdraw", "stage.mute", "stage.move_to_listeners", "space.remove"];
const CAN: Record<Role, string[]> = {
  host: [...RUNS, "stage.invite_cohost", "space.hand_over"],
  cohost: [...RUNS, "stage.step_down"],
  speaker: ["stage.step_down"],
  listener: ["stage.request"],
};
const STAGE = [person("1", "host", { muted: false }), person("2", "cohost", { muted: false }), person("3", "speaker", { muted: false })];
const LISTENER = { id: "4", handle: "d", name: "D", picture: "" };

function seen(by: Role) {
  const ids: Record<Role, string> = { host: "1", cohost: "2", speaker: "3", listener: "9" };
  const state = snapshot({ stage: STAGE, me: place(by, CAN[by]), invitations: by === "host" || by === "cohost" ? [] : null });
  return (target: string) => actsOn(state, [...STAGE, LISTENER].find((one) => one.id === target) ?? LISTENER, ids[by]);
}

test("each role is offered what the tables allow, and nobody acts upwards", () => {
  const host = seen("host");
  assert.deepEqual(host("1"), []);
  assert.deepEqual(host("2"), ["stage.mute", "stage.move_to_listeners", "space.hand_over", "space.remove"]);
  assert.deepEqual(host("3"), ["stage.mute", "stage.invite_cohost", "stage.move_to_listeners", "space.hand_over", "space.remove"]);
  assert.deepEqual(host("4"), ["stage.invite", "stage.invite_cohost", "space.remove"]);
  const cohost = seen("cohost");
  assert.deepEqual(cohost("1"), []);
  assert.deepEqual(cohost("2"), ["stage.step_down"]);
  assert.deepEqual(cohost("3"), ["stage.mute", "stage.move_to_listeners", "space.remove"]);
  assert.deepEqual(cohost("4"), ["stage.invite", "space.remove"]);
  assert.deepEqual(seen("speaker")("3"), ["stage.step_down"]);
  for (const target of ["1", "2", "4"]) assert.deepEqual(seen("speaker")(target), []);
  for (const target of ["1", "2", "3", "4"]) assert.deepEqual(seen("listener")(target), []);
});

test("who is muted is not offered to be muted, who is away not the Space, who is invited not another invitation", () => {
  const stage = [person("1", "host"), person("3", "speaker", { present: false })];
  const invitations = [{ ...LISTENER, role: "cohost" as const, by: "1" }];
  const host = snapshot({ stage, invitations, me: place("host", CAN.host) });
  assert.deepEqual(actsOn(host, person("3", "speaker"), "1"), ["stage.invite_cohost", "stage.move_to_listeners", "space.remove"]);
  assert.deepEqual(actsOn(host, LISTENER, "1"), ["stage.invite_withdraw", "space.remove"]);
  assert.deepEqual(heirs(host, "1"), []);
  // A co-host does not take back the host's invitation to co-host.
  const cohost = snapshot({ stage: [...stage, person("2", "cohost")], invitations, me: place("cohost", CAN.cohost) });
  assert.deepEqual(actsOn(cohost, LISTENER, "2"), ["space.remove"]);
});

test("after the end and for guests nothing can be done", () => {
  const over = snapshot({ space: space({ state: "ended" }), me: place("host", CAN.host) });
  assert.equal(can(over, "stage.mute"), false);
  assert.equal(can(snapshot(), "stage.request"), false);
  assert.equal(can(null, "stage.request"), false);
});
