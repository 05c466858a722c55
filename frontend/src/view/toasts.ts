// Short messages at the edge of the page. They leave by themselves, but not while somebody reads or points at them.

import { html, nothing, render } from "lit-html";
import { repeat } from "lit-html/directives/repeat.js";
import { t } from "../lib/words";
import { icon } from "./icons";

export interface ToastAction {
  label: string;
  run: () => void;
}

interface Toast {
  id: number;
  text: string;
  kind: "info" | "error";
  action?: ToastAction;
  /** Names one that stays until it is answered, dismissed or taken back. */
  key?: string;
  /** What it is about: taken back with `dismissToastsAbout` once that is no news any more. */
  about?: string;
  timer?: ReturnType<typeof setTimeout>;
}

const SHOWN_MS = 6_000;
const MOST = 3;

let toasts: Toast[] = [];
let lastId = 0;

function draw(): void {
  const root = document.getElementById("toasts");
  if (!root) return;
  render(
    repeat(
      toasts,
      (toast) => toast.id,
      (toast) => html`<div
        class=${toast.kind === "error" ? "toast toast--error" : "toast"}
        role=${toast.kind === "error" ? "alert" : "status"}
        @pointerenter=${() => clearTimeout(toast.timer)}
        @pointerleave=${() => expire(toast)}
        @focusin=${() => clearTimeout(toast.timer)}
        @focusout=${() => expire(toast)}
      >
        <p class="toast__text">${toast.text}</p>
        ${toast.action
          ? html`<button
              type="button"
              class="toast__action text-link"
              @click=${() => {
                remove(toast);
                toast.action?.run();
              }}
            >
              ${toast.action.label}
            </button>`
          : nothing}
        <button type="button" class="toast__close" aria-label=${t("Dismiss")} @click=${() => remove(toast)}>
          ${icon("close", 16)}
        </button>
      </div>`,
    ),
    root,
  );
  raise(root);
}

/** An open <dialog> covers the page: above it only the top layer is seen. */
function raise(root: HTMLElement): void {
  if (typeof root.showPopover !== "function") return;
  if (root.matches(":popover-open")) root.hidePopover();
  const covered = toasts.length > 0 && document.querySelector("dialog[open]") !== null;
  root.popover = covered ? "manual" : null;
  if (covered) root.showPopover();
}

function expire(toast: Toast): void {
  clearTimeout(toast.timer);
  if (toast.key !== undefined) return;
  toast.timer = setTimeout(() => remove(toast), SHOWN_MS);
}

function remove(toast: Toast): void {
  clearTimeout(toast.timer);
  toasts = toasts.filter((other) => other !== toast);
  draw();
}

export function toast(text: string, options: Partial<Pick<Toast, "kind" | "action" | "key" | "about">> = {}): void {
  // The same words twice are shown once.
  const same = toasts.find((other) => other.text === text);
  if (same) return expire(same);
  if (options.key !== undefined) toasts = toasts.filter((other) => other.key !== options.key);
  lastId += 1;
  const added: Toast = { ...options, id: lastId, text, kind: options.kind ?? "info" };
  const dropped = [...toasts, added].slice(0, -MOST);
  for (const old of dropped) clearTimeout(old.timer);
  toasts = [...toasts, added].slice(-MOST);
  expire(added);
  draw();
}

/** Take back the toast of this name. */
export function dismissToast(key: string): void {
  const found = toasts.find((other) => other.key === key);
  if (found) remove(found);
}

/** Take back what is no news any more. */
export function dismissToastsAbout(about: string): void {
  for (const found of toasts.filter((other) => other.about === about)) remove(found);
}
