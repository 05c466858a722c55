import assert from "node:assert/strict";
import { beforeEach, test } from "node:test";
import { Store } from "../src/lib/events";
import { micFailure } from "../src/player/link-types";
import { Microphone } from "../src/player/microphone";
import type { Sound } from "../src/player/sound";
import { IDLE } from "../src/player/state";
import type { PlayerState } from "../src/player/state";
import type { Role, Snapshot } from "../src/types";

const settle = () => new Promise((resolve) => setImmediate(resolve));
const passing = Object.assign(new Error("gone"), { passing: true });

function stageOf(role: Role): Snapshot {
  const person = { id: "1", handle: "maya", name: "Maya", picture: "", role, muted: true, present: true };
  return { stage: role === "listener" ? [] : [person], seq: 1, listeners: 0, me: null } as unknown as Snapshot;
}

/** A microphone whose LiveKit and server are what the test says. */
function setUp(role: Role = "host") {
  const link = {
    isConnected: true,
    mayPublish: true,
    did: [] as string[],
    error: null as Error | null,
    async setMicrophone(on: boolean) {
      if (this.error && on) throw this.error;
      this.did.push(on ? "open" : "shut");
    },
    async unpublish() {
      this.did.push("unpublish");
    },
  };
  const told: boolean[] = [];
  const notices: string[] = [];
  const server = { answer: (): Promise<unknown> => Promise.resolve({}) };
  const store = new Store<PlayerState>({ ...IDLE, phase: "live", sound: "on", snapshot: stageOf(role) }, (run) => run());
  const mic = new Microphone(store, { link } as unknown as Sound, {
    tell: (muted) => {
      told.push(muted);
      return server.answer();
    },
    notice: (text) => notices.push(text),
  });
  return { mic, link, told, notices, store, server };
}

beforeEach(() => {
  Object.assign(globalThis, { window: { isSecureContext: true } });
  Object.defineProperty(globalThis, "document", { value: { body: { dataset: { userId: "1" } } }, configurable: true });
});

test("unmuting opens the microphone first and then tells; muting does both at once", async () => {
  const { mic, link, told, store } = setUp();
  await mic.set(true);
  assert.deepEqual([link.did, told], [["open"], [false]]);
  assert.equal(store.state.micStarting, false);
  await mic.set(false);
  assert.deepEqual([link.did, told], [["open", "shut"], [false, true]]);
  assert.equal(store.state.micOn, false);
});

test("a listener is told why not, and nothing is opened", async () => {
  const { mic, link, told, notices, store } = setUp("listener");
  await mic.toggle();
  assert.deepEqual([link.did, told], [[], []]);
  assert.equal(notices.length, 1);
  assert.equal(store.state.micOn, false);
});

test("without permission yet it waits for it, and says that it is starting", async () => {
  const { mic, link, told, store } = setUp();
  link.mayPublish = false;
  await mic.set(true);
  assert.deepEqual(told, []);
  assert.equal(store.state.micStarting, true);
  link.mayPublish = true;
  await mic.permitted(true);
  assert.deepEqual([link.did, told], [["open"], [false]]);
});

test("muting while it still waits leaves it closed", async () => {
  const { mic, link, store } = setUp();
  link.mayPublish = false;
  await mic.set(true);
  await mic.set(false);
  link.mayPublish = true;
  await mic.permitted(true);
  assert.deepEqual(link.did, ["shut"]);
  assert.equal(store.state.micOn, false);
});

test("a refused microphone is told in words and to the others as muted", async () => {
  const { mic, link, told, store } = setUp();
  link.error = Object.assign(new Error("no"), { name: "NotAllowedError" });
  await mic.set(true);
  assert.equal(store.state.micOn, false);
  assert.match(store.state.micProblem, /does not let this page/);
  assert.deepEqual(told, [true]);
  link.error = null;
  await mic.set(true);
  assert.equal(store.state.micProblem, "");
  assert.equal(store.state.micOn, true);
});

test("one's own change that comes back as an event changes nothing", async () => {
  const { mic, store, notices } = setUp();
  await mic.set(true);
  await mic.set(false);
  await settle();
  await mic.set(true);
  await settle();
  for (const muted of [false, true, false]) mic.heardOfMute(muted);
  assert.equal(store.state.micOn, true);
  assert.deepEqual(notices, []);
});

test("an event that overtakes its own reply changes nothing either, and is not waited for", async () => {
  const { mic, store, server, notices } = setUp();
  let reply: (value: unknown) => void = () => undefined;
  server.answer = () => new Promise((resolve) => (reply = resolve));
  await mic.set(true);
  mic.heardOfMute(false);
  reply({});
  await settle();
  mic.heardOfMute(true);
  assert.equal(store.state.micOn, false);
  assert.equal(notices.length, 1);
});

test("being muted by others closes the microphone; being unmuted by others does nothing", async () => {
  const { mic, link, store, notices } = setUp();
  mic.heardOfMute(false);
  assert.equal(store.state.micOn, false);
  await mic.set(true);
  await settle();
  mic.heardOfMute(false);
  mic.heardOfMute(true);
  assert.equal(store.state.micOn, false);
  assert.deepEqual(link.did, ["open", "shut"]);
  assert.deepEqual(notices, ["You were muted. Tap the mic to talk."]);
});

test("what could not be told is told again when the connection is back", async () => {
  const { mic, told, server, store } = setUp();
  server.answer = () => Promise.reject(passing);
  await mic.set(true);
  await settle();
  assert.equal(store.state.micOn, true);
  server.answer = () => Promise.resolve({});
  mic.compare(true);
  await settle();
  assert.deepEqual(told, [false, false]);
  assert.equal(store.state.micOn, true);
});

test("a snapshot that has us muted is obeyed, one that has us open is corrected", async () => {
  const { mic, told, store } = setUp();
  await mic.set(true);
  await settle();
  mic.compare(true);
  assert.equal(store.state.micOn, false);
  mic.compare(false);
  assert.deepEqual(told, [false, true]);
});

test("the server's no closes the microphone again", async () => {
  const { mic, server, store, notices } = setUp();
  server.answer = () => Promise.reject(Object.assign(new Error("You are not on stage."), { passing: false }));
  await mic.set(true);
  await settle();
  assert.equal(store.state.micOn, false);
  assert.deepEqual(notices, ["You are not on stage."]);
});

test("leaving the stage gives the microphone back", async () => {
  const { mic, link, store } = setUp();
  await mic.set(true);
  mic.leftStage();
  assert.equal(store.state.micOn, false);
  assert.deepEqual(link.did, ["open", "unpublish"]);
});

test("each error of the browser has its name", () => {
  const named = (name: string) => micFailure(Object.assign(new Error(), { name }));
  assert.equal(named("NotAllowedError"), "refused");
  assert.equal(named("NotFoundError"), "missing");
  assert.equal(named("OverconstrainedError"), "missing");
  assert.equal(named("NotReadableError"), "busy");
  assert.equal(named("TypeError"), "other");
  assert.equal(micFailure(undefined), "other");
});

test("a mute by the host counts at once, also amid one's own; and the others hear that it holds", async () => {
  const { mic, link, told, notices, store, server } = setUp();
  let answer = (): void => undefined;
  server.answer = () => new Promise((resolve) => (answer = () => resolve({})));
  await mic.set(true);
  mic.mutedByHost();
  assert.equal(store.state.micOn, false);
  assert.deepEqual(told, [false, true]);
  assert.match(notices[0] ?? "", /muted by the host/);
  answer();
  await settle();
  assert.equal(link.did.at(-1), "shut");
});
