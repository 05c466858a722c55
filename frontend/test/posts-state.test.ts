import assert from "node:assert/strict";
import { test } from "node:test";
import { withPostFrame, withPostPage } from "../src/room/posts-state";
import type { RoomPost } from "../src/types";
import { SPACE, maya } from "./sample";

const post = (id: string): RoomPost => ({ id, author: maya, text: `Post ${id}`, created_at: "2026-11-21T10:00:00Z", likes: 0, replies: 0 });
const page = (...ids: string[]) => ({ next: null, previous: null, results: ids.map(post) });
const ids = (posts: RoomPost[]) => posts.map(({ id }) => id);

test("the newest stand first, each once, by number and not by letter", () => {
  const posts = withPostPage(withPostPage([], page("9", "8")), page("100", "9"));
  assert.deepEqual(ids(posts), ["100", "9", "8"]);
});

test("a new one comes, a deleted one goes", () => {
  const known = withPostPage([], page("2", "1"));
  const added = withPostFrame(known, { type: "post.added", space: SPACE, data: { post: post("3") } }, SPACE);
  assert.deepEqual(ids(added), ["3", "2", "1"]);
  assert.deepEqual(ids(withPostFrame(added, { type: "post.added", space: SPACE, data: { post: post("3") } }, SPACE)), ["3", "2", "1"]);
  assert.deepEqual(ids(withPostFrame(added, { type: "post.deleted", space: SPACE, data: { id: "2" } }, SPACE)), ["3", "1"]);
});

test("what concerns another Space, or something else, changes nothing", () => {
  const known = withPostPage([], page("1"));
  assert.equal(withPostFrame(known, { type: "post.added", space: "another", data: { post: post("3") } }, SPACE), known);
  assert.equal(withPostFrame(known, { type: "message.posted", space: SPACE, data: {} }, SPACE), known);
  assert.equal(withPostFrame(known, { type: "post.deleted", space: SPACE, data: { id: "7" } }, SPACE), known);
});
