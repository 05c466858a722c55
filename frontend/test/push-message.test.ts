import assert from "node:assert/strict";
import { test } from "node:test";
import { keyBytes, pushFrom, sameBytes, tokenIn } from "../src/lib/push-message";

const ORIGIN = "https://spaces.example";

test("a push is shown as it was sent", () => {
  const sent = { title: "Maya is live", body: "Morning voices", url: "/spaces/7/", tag: "n7", icon: "/i.png" };
  assert.deepEqual(pushFrom(JSON.stringify(sent), ORIGIN), {
    title: "Maya is live",
    body: "Morning voices",
    tag: "n7",
    icon: "/i.png",
    data: { url: "/spaces/7/" },
  });
});

test("what cannot be read still shows something true", () => {
  for (const text of ["", "{", "null", "[]", '"words"', '{"title": 7}']) {
    const shown = pushFrom(text, ORIGIN);
    assert.equal(shown.title, "Something new on Spaces", text);
    assert.equal(shown.data.url, "/inbox/notifications/", text);
  }
});

test("a push leads nowhere but to this site", () => {
  for (const url of ["https://elsewhere.example/", "//elsewhere.example/", "javascript:alert(1)", "http://["]) {
    assert.equal(pushFrom(JSON.stringify({ title: "x", url }), ORIGIN).data.url, "/inbox/notifications/", url);
  }
  assert.equal(pushFrom(JSON.stringify({ url: `${ORIGIN}/@maya/?a=1#b` }), ORIGIN).data.url, "/@maya/?a=1#b");
});

test("keys are base64url", () => {
  assert.deepEqual([...keyBytes("-_8")], [251, 255]);
  assert.equal(sameBytes(new Uint8Array([251, 255]).buffer, keyBytes("-_8")), true);
  assert.equal(sameBytes(new Uint8Array([251]).buffer, keyBytes("-_8")), false);
  assert.equal(sameBytes(new Uint8Array([251, 254]).buffer, keyBytes("-_8")), false);
  assert.equal(sameBytes(null, keyBytes("-_8")), false);
});

test("the token of a page is found", () => {
  assert.equal(tokenIn('<body class="app" data-csrf="abc123" data-x="">'), "abc123");
  assert.equal(tokenIn("<body>"), "");
});
