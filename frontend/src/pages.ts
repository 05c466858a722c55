// Small behaviours of pages, found by their attributes (docs/design.md). All of them are delegated or refreshed after
// each move, since #main is replaced.

import { announce } from "./announce";
import { dayAndTime, fullTime, relativeTime } from "./lib/format";
import { t } from "./lib/words";
import { copy, share } from "./view/share";
import { toast } from "./view/toasts";

/** Characters used of those allowed, beside the field's label. */
function count(input: HTMLInputElement | HTMLTextAreaElement): void {
  const output = document.querySelector<HTMLElement>(`[data-count-for="${CSS.escape(input.id)}"]`);
  if (!output) return;
  const most = Number(output.dataset["max"] ?? input.dataset["max"] ?? input.maxLength);
  // As the server counts: code points, not UTF-16 units.
  const used = Array.from(input.value.trim()).length;
  output.textContent = most > 0 ? `${used} / ${most}` : String(used);
  output.classList.toggle("is-over", most > 0 && used > most);
}

/** Once as many boxes as allowed are checked the rest rest. */
function limitChecked(group: HTMLElement): void {
  const most = Number(group.dataset["maxChecked"]);
  const boxes = [...group.querySelectorAll<HTMLInputElement>("input[type=checkbox]")];
  const full = boxes.filter((box) => box.checked).length >= most;
  for (const box of boxes) box.disabled = full && !box.checked;
}

function showTheme(form: HTMLElement, theme: string): void {
  if (theme === "light" || theme === "dark") document.documentElement.dataset["theme"] = theme;
  else delete document.documentElement.dataset["theme"];
  for (const button of form.querySelectorAll<HTMLButtonElement>("button[value]")) {
    button.setAttribute("aria-pressed", String(button.value === theme));
  }
}

/** Light or dark at once, and kept by the server without loading the page anew (which would cut the sound). */
function chooseTheme(event: SubmitEvent): void {
  const { target: form, submitter } = event;
  if (!(form instanceof HTMLFormElement) || form.dataset["themeChoice"] === undefined) return;
  if (!(submitter instanceof HTMLButtonElement)) return;
  event.preventDefault();
  showTheme(form, submitter.value);
  const kept = fetch(form.action, { method: "POST", body: new FormData(form, submitter), redirect: "manual" });
  // A redirect that is not followed is the answer of success.
  const notKept = () => toast(t("Your choice holds for this page, but could not be kept."), { kind: "error" });
  kept.then((answer) => answer.type === "opaqueredirect" || answer.ok || notKept(), notKept);
}

function refreshTimes(root: ParentNode = document): void {
  const now = new Date();
  for (const time of root.querySelectorAll<HTMLTimeElement>("time[data-relative]")) {
    const at = new Date(time.dateTime);
    if (Number.isNaN(at.getTime())) continue;
    const text = relativeTime(at, now);
    if (time.textContent !== text) time.textContent = text;
    if (!time.title) time.title = fullTime(at);
  }
  for (const time of root.querySelectorAll<HTMLTimeElement>("time[data-local]")) {
    const at = new Date(time.dateTime);
    if (Number.isNaN(at.getTime())) continue;
    const text = dayAndTime(at);
    if (time.textContent !== text) time.textContent = text;
    // The server did not know the reader's zone, or not this device's.
    time.title = fullTime(at);
  }
}

/** Mark where we are in the navigation, which stands outside what moves. */
function markPlace(): void {
  for (const link of document.querySelectorAll<HTMLAnchorElement>("[data-nav] a[data-path]")) {
    if (link.dataset["path"] === location.pathname) link.setAttribute("aria-current", "page");
    else link.removeAttribute("aria-current");
  }
}

/** Bring the page's own parts up to date; after load and after each move. */
export function refreshPage(): void {
  markPlace();
  refreshTimes();
  for (const output of document.querySelectorAll<HTMLElement>("[data-count-for]")) {
    const input = document.getElementById(output.dataset["countFor"] ?? "");
    if (input instanceof HTMLInputElement || input instanceof HTMLTextAreaElement) count(input);
  }
  for (const group of document.querySelectorAll<HTMLElement>("[data-max-checked]")) limitChecked(group);
}

/** After a move the reader starts at the new page's heading, and hears its name. */
export function focusPage(): void {
  const main = document.getElementById("main");
  const heading = main?.querySelector<HTMLElement>("h1");
  if (main?.querySelector("[autofocus]")) return;
  const target = heading ?? main;
  if (!target) return;
  if (!target.hasAttribute("tabindex")) target.setAttribute("tabindex", "-1");
  target.focus({ preventScroll: true });
  announce(document.title);
}

function clicked(event: MouseEvent): void {
  const target = event.target instanceof Element ? event.target : null;
  const button = target?.closest<HTMLElement>("[data-copy], [data-share-url], [data-dialog], [data-dialog-close]");
  if (!button) return;
  const { dataset } = button;
  if (dataset["copy"] !== undefined) void copy(dataset["copy"]);
  else if (dataset["shareUrl"] !== undefined) {
    share(new URL(dataset["shareUrl"], location.href).href, dataset["shareTitle"] ?? document.title);
  } else if (dataset["dialog"] !== undefined) {
    const dialog = document.getElementById(dataset["dialog"]);
    if (dialog instanceof HTMLDialogElement) dialog.showModal();
  } else if (dataset["dialogClose"] !== undefined) button.closest("dialog")?.close();
}

/** A menu that was opened goes with the next tap elsewhere, and with Esc. */
function closeMenus(event: Event): void {
  if (event instanceof KeyboardEvent && event.key !== "Escape") return;
  for (const open of document.querySelectorAll<HTMLDetailsElement>("details[data-more-menu][open]")) {
    const inside = event.target instanceof Node && open.contains(event.target);
    const chosen = event.target instanceof Element && event.target.closest(".menu__item") !== null;
    if (inside && event.type === "click" && !chosen) continue;
    open.open = false;
    if (inside && event.type !== "click") open.querySelector("summary")?.focus();
  }
}

export function startPages(): void {
  document.addEventListener("click", clicked);
  document.addEventListener("click", closeMenus);
  document.addEventListener("keydown", closeMenus);
  document.addEventListener("submit", chooseTheme);
  document.addEventListener("input", (event) => {
    const { target } = event;
    if (target instanceof HTMLInputElement || target instanceof HTMLTextAreaElement) count(target);
  });
  document.addEventListener("change", (event) => {
    const target = event.target instanceof Element ? event.target : null;
    const group = target?.closest<HTMLElement>("[data-max-checked]");
    if (group) limitChecked(group);
  });
  setInterval(() => {
    if (document.visibilityState === "visible") refreshTimes();
  }, 30_000);
  refreshPage();
}
