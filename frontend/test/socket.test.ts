import assert from "node:assert/strict";
import { beforeEach, mock, test } from "node:test";
import { LiveSocket } from "../src/socket";
import type { CommandError, SocketState } from "../src/socket";

class FakeSocket {
  static made: FakeSocket[] = [];
  onmessage: ((message: { data: string }) => void) | null = null;
  onclose: ((closed: { code: number }) => void) | null = null;
  sent: { type: string; ref?: string; data: unknown }[] = [];
  closed = false;
  constructor(readonly url: string) {
    FakeSocket.made.push(this);
  }
  send(text: string): void {
    this.sent.push(JSON.parse(text));
  }
  close(): void {
    this.closed = true;
  }
  says(frame: object): void {
    this.onmessage?.({ data: JSON.stringify(frame) });
  }
  welcome(): void {
    this.says({ type: "welcome", data: { user: "1", version: "1" } });
  }
}

let page = new EventTarget();
const system = { onLine: true };
const newest = (): FakeSocket => FakeSocket.made.at(-1) as FakeSocket;

beforeEach(() => {
  FakeSocket.made = [];
  page = new EventTarget();
  system.onLine = true;
  mock.timers.reset();
  mock.timers.enable({ apis: ["setTimeout"] });
  mock.method(Math, "random", () => 1);
  Object.assign(globalThis, { WebSocket: FakeSocket, window: page });
  Object.defineProperty(globalThis, "document", { value: new EventTarget(), configurable: true });
  Object.defineProperty(globalThis, "navigator", { value: system, configurable: true });
});

function opened(): { socket: LiveSocket; states: SocketState[] } {
  const socket = new LiveSocket("ws://host/ws/");
  const states: SocketState[] = [];
  socket.on("state", (state) => states.push(state));
  socket.open();
  newest().welcome();
  return { socket, states };
}

test("a command gets the reply with its ref, whatever the order", async () => {
  const { socket } = opened();
  const first = socket.command("space.watch", { space: "a" });
  const second = socket.command("mic.set", { space: "a", muted: true });
  const [one, two] = newest().sent;
  newest().says({ type: "reply", ref: two?.ref, ok: false, error: { code: "space.not_on_stage", message: "No." } });
  newest().says({ type: "reply", ref: one?.ref, ok: true, data: { snapshot: 1 } });
  assert.deepEqual(await first, { snapshot: 1 });
  await assert.rejects(second, (error: CommandError) => error.code === "space.not_on_stage" && !error.passing);
});

test("a command without an answer fails in time, and one without a connection at once", async () => {
  const { socket } = opened();
  const lost = socket.command("space.watch", { space: "a" });
  mock.timers.tick(8_000);
  await assert.rejects(lost, (error: CommandError) => error.code === "socket.timeout" && error.passing);
  newest().onclose?.({ code: 1006 });
  await assert.rejects(socket.command("x", {}), (error: CommandError) => error.code === "socket.closed");
});

test("commands under way fail when the connection goes", async () => {
  const { socket } = opened();
  const lost = socket.command("space.watch", { space: "a" });
  newest().onclose?.({ code: 1006 });
  await assert.rejects(lost, (error: CommandError) => error.code === "socket.closed" && error.passing);
});

test("a ping is answered with its number", () => {
  opened();
  newest().says({ type: "ping", data: { n: 7 } });
  assert.deepEqual(newest().sent, [{ type: "pong", data: { n: 7 } }]);
});

test("what is no JSON is passed over", () => {
  const { socket } = opened();
  newest().onmessage?.({ data: "{" });
  assert.equal(socket.isOpen, true);
});

test("it comes back by itself, waiting longer each time", () => {
  const { socket, states } = opened();
  newest().onclose?.({ code: 1006 });
  assert.equal(FakeSocket.made.length, 1);
  mock.timers.tick(500);
  assert.equal(FakeSocket.made.length, 2);
  newest().onclose?.({ code: 1006 });
  mock.timers.tick(999);
  assert.equal(FakeSocket.made.length, 2);
  mock.timers.tick(1);
  newest().welcome();
  assert.equal(socket.isOpen, true);
  assert.deepEqual(states, ["connecting", "open", "waiting", "connecting", "waiting", "connecting", "open"]);
});

test("4408 comes back at once, but not in a loop when it never worked", () => {
  opened();
  newest().onclose?.({ code: 4408 });
  mock.timers.tick(0);
  assert.equal(FakeSocket.made.length, 2);
  newest().onclose?.({ code: 4408 });
  mock.timers.tick(1);
  assert.equal(FakeSocket.made.length, 2);
  mock.timers.tick(500);
  assert.equal(FakeSocket.made.length, 3);
});

test("a forbidden client stays away", () => {
  const { socket } = opened();
  newest().onclose?.({ code: 4403 });
  mock.timers.tick(600_000);
  assert.equal(FakeSocket.made.length, 1);
  assert.equal(socket.state, "closed");
});

test("silence of two and a half pings is a dead connection", () => {
  const { socket } = opened();
  mock.timers.tick(49_000);
  newest().says({ type: "ping", data: { n: 1 } });
  mock.timers.tick(49_000);
  assert.equal(socket.isOpen, true);
  mock.timers.tick(1_000);
  assert.equal(socket.state, "waiting");
  assert.equal(FakeSocket.made[0]?.closed, true);
});

test("a connection that never opens is given up", () => {
  const socket = new LiveSocket("ws://host/ws/");
  socket.open();
  mock.timers.tick(10_000);
  assert.equal(socket.state, "waiting");
});

test("offline it says so, goes on trying, and comes back at once with the network", () => {
  const { socket } = opened();
  system.onLine = false;
  page.dispatchEvent(new Event("offline"));
  assert.equal(socket.state, "offline");
  mock.timers.tick(500);
  assert.equal(FakeSocket.made.length, 2);
  assert.equal(socket.state, "offline");
  system.onLine = true;
  page.dispatchEvent(new Event("online"));
  assert.equal(FakeSocket.made.length, 3);
  assert.equal(FakeSocket.made[1]?.closed, true);
  newest().welcome();
  assert.equal(socket.state, "open");
});

test("frames of a connection that was given up are not heard", () => {
  const { socket } = opened();
  const frames: string[] = [];
  socket.on("frame", (frame) => frames.push(frame.type));
  const old = newest();
  old.onclose?.({ code: 1006 });
  mock.timers.tick(500);
  newest().welcome();
  old.says({ type: "space.tick" });
  newest().says({ type: "bubbles.snapshot" });
  assert.deepEqual(frames, ["bubbles.snapshot"]);
});
