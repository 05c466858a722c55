import assert from "node:assert/strict";
import { test } from "node:test";
import { isForOffer, offerUpdates, visited } from "../src/app";
import type { Updates } from "../src/app";
import { Emitter, Store } from "../src/lib/events";
import type { Player } from "../src/player/player";
import { IDLE } from "../src/player/state";
import type { PlayerState } from "../src/player/state";

const MINUTE = 60_000;
const DAY = 24 * 60 * MINUTE;
const NOW = 20_000 * DAY;

test("a visit is one after a while, not each page", () => {
  let visits = visited(null, NOW);
  assert.equal(visits.count, 1);
  visits = visited(visits, NOW + 5 * MINUTE);
  assert.equal(visits.count, 1);
  visits = visited(visits, NOW + DAY);
  assert.equal(visits.count, 2);
});

test("installing is offered at the second visit, and then not for long", () => {
  const first = visited(null, NOW);
  assert.equal(isForOffer(first, NOW), false);
  const second = visited(first, NOW + DAY);
  assert.equal(isForOffer(second, NOW + DAY), true);
  const offered = { ...second, offeredAt: NOW + DAY };
  assert.equal(isForOffer(visited(offered, NOW + 3 * DAY), NOW + 3 * DAY), false);
  assert.equal(isForOffer(visited(offered, NOW + 100 * DAY), NOW + 100 * DAY), true);
});

test("a new version is never offered in a live room, and waits for its end", () => {
  const store = new Store<PlayerState>(IDLE, (run) => run());
  const player = {
    store,
    get state() {
      return store.state;
    },
  } as Pick<Player, "state" | "store">;
  const updates: Updates = new Emitter();
  const said: string[] = [];
  offerUpdates(updates, player, () => said.push("shown"), () => said.push("hidden"));
  store.set({ phase: "live" });
  updates.emit("waiting", {} as ServiceWorker);
  assert.deepEqual(said, []);
  store.set({ phase: "ended" });
  assert.deepEqual(said, ["shown"]);
  store.set({ phase: "joining" });
  store.set({ phase: "live" });
  assert.deepEqual(said, ["shown", "hidden"]);
});
