// Announced Spaces: the count down to their start, and the zone that the browser is in.

import { setTimeZone } from "./api";
import { startsIn } from "./lib/format";
import { viewer } from "./player/state";

function ownZone(): string {
  return new Intl.DateTimeFormat().resolvedOptions().timeZone || "UTC";
}

function countDown(): void {
  const now = Date.now();
  for (const element of document.querySelectorAll<HTMLElement>("[data-countdown]")) {
    const at = Date.parse(element.dataset["countdown"] ?? "");
    if (Number.isNaN(at)) continue;
    const text = startsIn((at - now) / 1000);
    if (element.textContent !== text) element.textContent = text;
  }
  for (const button of document.querySelectorAll<HTMLButtonElement>("button[data-enabled-from]")) {
    if (Date.parse(button.dataset["enabledFrom"] ?? "") > now) continue;
    button.disabled = false;
    delete button.dataset["enabledFrom"];
  }
}

/** Where the server does not know the zone, it is the browser's; one that its list lacks (an older name) joins it. */
function chooseOwnZone(): void {
  for (const select of document.querySelectorAll<HTMLSelectElement>("select[data-own-zone]")) {
    delete select.dataset["ownZone"];
    const zone = ownZone();
    if (![...select.options].some((option) => option.value === zone)) select.add(new Option(zone, zone), 0);
    select.value = zone;
  }
}

/** For e-mail, and for pages before this has run, the server keeps the zone that the person is in. */
function reportZone(): void {
  const { body } = document;
  const zone = ownZone();
  if (!viewer() || body.dataset["timeZone"] === undefined || body.dataset["timeZone"] === zone) return;
  body.dataset["timeZone"] = zone;
  setTimeZone(zone).catch(() => undefined);
}

/** Bring the page's own parts up to date; after load and after each move. */
export function refreshSchedule(): void {
  chooseOwnZone();
  countDown();
}

export function startSchedule(): void {
  setInterval(() => {
    if (document.visibilityState === "visible") countDown();
  }, 1000);
  document.addEventListener("visibilitychange", countDown);
  refreshSchedule();
  reportZone();
}
