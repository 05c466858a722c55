import assert from "node:assert/strict";
import { beforeEach, mock, test } from "node:test";
import { JoinReport } from "../src/player/join-report";

let clock = 0;
let told: [string, unknown][] = [];
let report: JoinReport;

beforeEach(() => {
  mock.timers.reset();
  mock.timers.enable({ apis: ["setTimeout"] });
  clock = 1000;
  told = [];
  report = new JoinReport(
    (space, body) => told.push([space, body]),
    () => clock,
  );
});

test("a join with sound is told once, in times from the tap", () => {
  report.tapped("a-space", "bubble");
  clock += 200.4;
  report.joined("");
  clock += 300;
  report.heard();
  report.heard();
  report.over();
  assert.deepEqual(told, [["a-space", { came_from: "bubble", joined_ms: 200, sound_ms: 500 }]]);
});

test("a tap that leads nowhere is told when it is given up, or by the next", () => {
  report.tapped("a-space", "tab");
  report.heard();
  report.tapped("another", "link");
  report.joined("a-token");
  report.joined("a-token");
  mock.timers.tick(60_000);
  report.over();
  assert.deepEqual(
    told.map(([, body]) => body),
    [
      { came_from: "tab", joined_ms: null, sound_ms: null },
      { came_from: "link", joined_ms: 0, sound_ms: null, guest_token: "a-token" },
    ],
  );
});

test("a return without a tap is not told", () => {
  report.joined("");
  report.heard();
  report.over();
  assert.deepEqual(told, []);
});
