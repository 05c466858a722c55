// Icons come from the site's one sprite (frontend/public/icons.svg), whose address the page names.

import { html } from "lit-html";
import type { TemplateResult } from "lit-html";

export type IconName =
  | "block" | "mail" | "alert" | "captions" | "chat" | "check" | "chevron-down" | "chevron-up" | "close" | "copy" | "devices" | "end" | "flag" | "gift" | "hand" | "headphones"
  | "info" | "key" | "leave" | "link" | "list" | "lock" | "mic" | "mic-off" | "more" | "offline" | "pencil" | "people" | "pin" | "plus" | "record"
  | "send" | "settings" | "share" | "smile" | "star" | "step-down" | "swap" | "ticket" | "trash" | "user" | "user-minus" | "user-plus"
  | "volume" | "volume-off" | "play" | "pause" | "previous" | "next" | "back-10" | "on-30" | "scissors";

/** Mirrored where one reads from right to left (accounts/templatetags/ui.py has them, too). */
const TURNING = new Set<IconName>(["leave", "list", "send"]);

export function icon(name: IconName, size: 16 | 20 | 24 = 20): TemplateResult {
  const sprite = document.body.dataset["iconsUrl"] ?? "";
  const classes = ["icon", size !== 20 && `icon--${size}`, TURNING.has(name) && "icon--turns"];
  return html`<svg class=${classes.filter(Boolean).join(" ")} aria-hidden="true">
    <use href="${sprite}#${name}"></use>
  </svg>`;
}

/** The small moving mark that means sound. */
export const levelMark = html`<span class="level" aria-hidden="true"><i></i><i></i><i></i></span>`;
