import assert from "node:assert/strict";
import { test } from "node:test";
import { cacheOf, staleCaches, wayOf } from "../src/lib/kept";

const ORIGIN = "https://spaces.example.org";
const VERSION = {
  version: "abc",
  offline: "/offline/",
  assets: ["/static/app/main.0123456789ab.js", "/static/app/chunks/link-64FV3FEQ.js", "/static/app/main.css"],
};
const way = (path: string, mode: Request["mode"] = "cors", method = "GET") =>
  wayOf({ method, mode, url: new URL(path, ORIGIN).href }, ORIGIN, VERSION);

test("pages come from the network, whatever is kept", () => {
  for (const path of ["/", "/spaces/", "/offline/", "/spaces/0190/?a=b", "/static/app/main.css"]) assert.equal(way(path, "navigate"), "page");
});

test("what the API answers, what htmx asks for and what is sent pass untouched", () => {
  assert.equal(way("/api/v1/spaces/"), "network");
  assert.equal(way("/spaces/"), "network");
  assert.equal(way("/media/pictures/x.webp", "no-cors"), "network");
  assert.equal(way("/accounts/login/", "navigate", "POST"), "network");
  assert.equal(way("https://elsewhere.example/static/app/main.css"), "network");
});

test("only what has a hash in its name is never fetched again", () => {
  assert.equal(way("/static/app/main.0123456789ab.js"), "kept");
  assert.equal(way("/static/app/chunks/link-64FV3FEQ.js"), "kept");
  assert.equal(way("/static/app/main.css"), "fresh");
  assert.equal(way("/static/app/other.css"), "network");
});

test("caches of other versions go, and nobody else's", () => {
  assert.deepEqual(staleCaches(["spaces-old", cacheOf(VERSION), "theirs"], VERSION), ["spaces-old"]);
});
