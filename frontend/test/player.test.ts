import assert from "node:assert/strict";
import { beforeEach, test } from "node:test";
import { Emitter } from "../src/lib/events";
import { Player } from "../src/player/player";
import { CommandError } from "../src/socket";
import type { LiveSocket } from "../src/socket";
import type { Frame, Snapshot } from "../src/types";
import { SPACE, maya, snapshot as sample } from "./sample";

const snapshot = (seq = 10, change: Partial<Snapshot> = {}): Snapshot =>
  sample({ seq, listeners: 2, stage: [{ ...maya, role: "host", muted: true, present: true }], ...change });

class FakeSocket extends Emitter<{ frame: Frame; state: string; welcome: object }> {
  isOpen = true;
  sent: string[] = [];
  refuse: Record<string, string> = {};
  command(type: string): Promise<unknown> {
    this.sent.push(type);
    const code = this.refuse[type];
    if (code) return Promise.reject(new CommandError(code, "No."));
    return Promise.resolve(type === "space.watch" ? { snapshot: snapshot() } : {});
  }
}

interface Server {
  joins: number;
  calls: string[];
  refuse: { status: number; body: object } | null;
}

function setUp(user = "9") {
  const server: Server = { joins: 0, calls: [], refuse: null };
  const stored = new Map<string, string>();
  const storage = {
    getItem: (key: string) => stored.get(key) ?? null,
    setItem: (key: string, value: string) => stored.set(key, value),
    removeItem: (key: string) => stored.delete(key),
  };
  const globals = {
    document: Object.assign(new EventTarget(), { cookie: "csrftoken=abc", body: { dataset: { userId: user } } }),
    window: new EventTarget(),
    sessionStorage: storage,
    localStorage: storage,
    location: { href: "http://host/", pathname: "/" },
    fetch: async (path: string) => {
      server.calls.push(path);
      if (server.refuse) return Response.json(server.refuse.body, { status: server.refuse.status });
      if (!path.endsWith("/join/")) return Response.json({});
      server.joins += 1;
      return Response.json({ connection: `c${server.joins}`, role: "listener", audio: null, snapshot: snapshot() });
    },
  };
  for (const [name, value] of Object.entries(globals)) {
    Object.defineProperty(globalThis, name, { value, configurable: true, writable: true });
  }
  const socket = new FakeSocket();
  const player = new Player(socket as unknown as LiveSocket);
  // LiveKit belongs to the browser; these tests are about all the rest.
  player.sound.preload = () => undefined;
  const says = (type: string, data: object, seq?: number) => {
    socket.emit("frame", { type, space: SPACE, data, ...(seq === undefined ? {} : { seq }) });
  };
  return { player, socket, server, stored, says };
}

const until = async (met: () => boolean): Promise<void> => {
  for (let turn = 0; turn < 2_000 && !met(); turn += 1) await new Promise((resolve) => setTimeout(resolve, 5));
  assert.ok(met(), met.toString());
};

let all: ReturnType<typeof setUp>;
beforeEach(() => {
  all = setUp();
});

test("joining tells the socket where one listens, and is remembered for a reload", async () => {
  const { player, socket, stored } = all;
  await player.join(SPACE, { title: "Night talk" });
  await until(() => socket.sent.includes("space.present"));
  assert.equal(player.state.phase, "live");
  assert.deepEqual(socket.sent, ["space.watch", "space.present"]);
  assert.equal(player.state.sound, "none");
  assert.match(player.state.soundMessage, /Audio is not available/);
  assert.equal(JSON.parse(stored.get("spaces.listening") ?? "{}").space, SPACE);
});

test("joining where one is opens the room and asks nobody", async () => {
  const { player, server } = all;
  await player.join(SPACE);
  player.openRoom(false);
  await player.join(SPACE);
  assert.equal(player.state.roomOpen, true);
  assert.equal(server.joins, 1);
});

test("a refusal is told in the server's words; trying again can succeed", async () => {
  const { player, server } = all;
  server.refuse = { status: 403, body: { code: "space.locked", message: "The host has locked this Space.", fields: {} } };
  await player.join(SPACE);
  assert.equal(player.state.phase, "refused");
  assert.equal(player.state.message, "The host has locked this Space.");
  server.refuse = null;
  await player.join(SPACE);
  assert.equal(player.state.phase, "live");
});

test("whoever is removed is out at once, whether the frame says so or the next join", async () => {
  const { player, server, stored, says } = all;
  await player.join(SPACE);
  says("space.removed", {});
  assert.equal(player.state.phase, "removed");
  assert.match(player.state.message, /^You were removed/);
  assert.equal(stored.has("spaces.listening"), false);
  server.refuse = { status: 403, body: { code: "space.removed", message: "No.", fields: {} } };
  await player.join(SPACE);
  assert.equal(player.state.phase, "removed");
});

test("a new role asks the server what may be done now, also while it is being asked", async () => {
  const { player, socket, says } = all;
  await player.join(SPACE);
  await until(() => socket.sent.includes("space.present"));
  const watched = () => socket.sent.filter((type) => type === "space.watch").length;
  const before = watched();
  says("stage.joined", { id: "9", handle: "me", name: "Me", picture: "", role: "speaker", muted: true, present: true }, 11);
  says("stage.left", { user: "9", reason: "moved" }, 12);
  await until(() => watched() === before + 2);
});

test("the end is told in words and lets go of everything", async () => {
  const { player, socket, stored, says } = all;
  await player.join(SPACE);
  await until(() => socket.sent.includes("space.present"));
  says("space.ended", { reason: "host", ended_at: "2026-11-21T10:42:00Z", duration_seconds: 2520 }, 11);
  assert.equal(player.state.phase, "ended");
  assert.equal(player.state.message, "Maya ended this Space after 42 minutes.");
  assert.equal(stored.has("spaces.listening"), false);
  assert.ok(socket.sent.includes("space.unwatch"));
});

test("another device takes over; it can be taken back", async () => {
  const { player, server, says } = all;
  await player.join(SPACE);
  says("space.superseded", { connection: "elsewhere" });
  assert.equal(player.state.phase, "superseded");
  await player.join(SPACE);
  assert.equal(player.state.phase, "live");
  assert.equal(server.joins, 2);
});

test("one's own return replaces one's own earlier join: that is no other device", async () => {
  const { player, says } = all;
  await player.join(SPACE);
  says("space.superseded", { connection: "c1" });
  assert.equal(player.state.phase, "live");
});

test("the server says superseded on the way back", async () => {
  const { player, socket } = all;
  await player.join(SPACE);
  await until(() => socket.sent.includes("space.present"));
  socket.refuse["space.present"] = "space.superseded";
  socket.emit("welcome", {});
  await until(() => player.state.phase === "superseded");
});

test("a server that has forgotten us is joined again", async () => {
  const { player, socket, server } = all;
  await player.join(SPACE);
  await until(() => socket.sent.includes("space.present"));
  socket.refuse["space.present"] = "space.not_joined";
  socket.emit("welcome", {});
  await until(() => server.joins === 2);
  socket.refuse = {};
  assert.equal(player.state.phase, "live");
});

test("what is unknown about the network is waited for, not taken for an end", async () => {
  const { player, socket, server } = all;
  await player.join(SPACE);
  await until(() => socket.sent.includes("space.present"));
  socket.refuse["space.present"] = "socket.closed";
  socket.emit("welcome", {});
  await until(() => socket.sent.filter((type) => type === "space.present").length === 2);
  assert.equal(player.state.phase, "live");
  assert.equal(server.joins, 1);
});

test("leaving is at once for oneself, and told by whichever way is open", async () => {
  const { player, socket, server, stored } = all;
  await player.join(SPACE);
  await player.leave();
  assert.equal(player.state.phase, "idle");
  assert.ok(socket.sent.includes("space.leave"));
  assert.equal(stored.has("spaces.listening"), false);
  await player.join(SPACE);
  socket.isOpen = false;
  await player.leave();
  await until(() => server.calls.some((path) => path.endsWith("/leave/")));
});

test("an answer to a join that was given up is void", async () => {
  const { player, server } = all;
  const joining = player.join(SPACE);
  await player.leave();
  await joining;
  assert.equal(player.state.phase, "idle");
  assert.ok(server.calls.some((path) => path.endsWith("/leave/")));
});

test("frames of other Spaces are not ours", async () => {
  const { player, socket } = all;
  await player.join(SPACE);
  socket.emit("frame", { type: "space.ended", space: "other", seq: 11, data: { reason: "host" } });
  socket.emit("frame", { type: "space.superseded", space: "other", data: { connection: "x" } });
  assert.equal(player.state.phase, "live");
});

test("a reload resumes, a copied tab only offers, somebody else's tab forgets", async () => {
  const { player, stored } = all;
  const now = Date.now();
  const listening = { space: SPACE, title: "Night talk", roomOpen: true, user: "9" };
  stored.set("spaces.listening", JSON.stringify(listening));
  player.resume(now);
  assert.equal(player.state.phase, "offered");
  stored.set("spaces.listening", JSON.stringify({ ...listening, leftAt: now - 5_000 }));
  player.resume(now);
  assert.equal(player.state.phase, "joining");
  await until(() => player.state.phase === "live");
  await player.leave();
  stored.set("spaces.listening", JSON.stringify({ ...listening, user: "1", leftAt: now }));
  player.resume(now);
  assert.equal(player.state.phase, "idle");
  assert.equal(stored.has("spaces.listening"), false);
});
