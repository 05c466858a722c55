// Pins: up to three links or lines under the room's head, and the sheet that keeps them.

import { html, nothing } from "lit-html";
import { can } from "../acts";
import { ApiError, addPin } from "../api";
import { t } from "../lib/words";
import type { Parts } from "../room/parts";
import type { Pin } from "../types";
import { act } from "./act";
import { icon } from "./icons";
import { openLiveSheet } from "./live-sheet";

const PINS_MOST = 3;
const TITLE_MAX = 120;

/** "example.org" of an address, for a pin without words. */
export function siteOf(url: string): string {
  try {
    return new URL(url).hostname.replace(/^www\./, "");
  } catch {
    return url;
  }
}

function face(pin: Pin) {
  return html`${icon(pin.url ? "link" : "pin", 16)}<span class="clip">${pin.title || siteOf(pin.url)}</span>`;
}

export function pins(list: Pin[]) {
  if (list.length === 0) return nothing;
  return html`<ul class="pins" aria-label=${t("Pinned")}>
    ${list.slice(0, PINS_MOST).map(
      (pin) =>
        html`<li>
          ${pin.url
            ? html`<a class="pins__pin" href=${pin.url} target="_blank" rel="noopener noreferrer nofollow ugc" title=${pin.url} hx-boost="false">${face(pin)}</a>`
            : html`<span class="pins__pin" title=${pin.title}>${face(pin)}</span>`}
        </li>`,
    )}
  </ul>`;
}

export function openPins(parts: Parts): void {
  const { player } = parts;
  let wrong: Record<string, string[]> = {};
  let busy = false;

  const add = async (event: SubmitEvent, update: () => void) => {
    event.preventDefault();
    if (busy) return;
    const form = event.target as HTMLFormElement;
    const typed = new FormData(form);
    busy = true;
    wrong = {};
    try {
      const url = String(typed.get("url") ?? "").trim();
      // People write addresses as they say them.
      const whole = url && !/^[a-z]+:/i.test(url) ? `https://${url}` : url;
      await addPin(player.state.spaceId, { url: whole, title: String(typed.get("title") ?? "").trim() });
      form.reset();
    } catch (error) {
      wrong = error instanceof ApiError && Object.keys(error.fields).length > 0 ? error.fields : { url: [(error as Error).message] };
    }
    busy = false;
    update();
  };

  const field = (name: string, label: string, placeholder: string, more: { mode?: string; max?: number }) =>
    html`<div class="field">
      <label class="field__label" for=${`pin-${name}`}>${label}</label>
      <input
        class="input"
        id=${`pin-${name}`}
        name=${name}
        placeholder=${placeholder}
        inputmode=${more.mode ?? nothing}
        maxlength=${more.max ?? nothing}
        autocomplete="off"
        aria-invalid=${wrong[name] ? "true" : nothing}
      />
      ${(wrong[name] ?? []).map((text) => html`<p class="field__error" role="alert">${text}</p>`)}
    </div>`;

  openLiveSheet(parts, {
    name: "pins",
    title: t("Pins"),
    body: ({ update, close }) => {
      const { snapshot } = player.state;
      if (!snapshot || !can(snapshot, "space.pin")) {
        queueMicrotask(() => close());
        return nothing;
      }
      return html`${snapshot.pins.length > 0
          ? html`<ul class="menu">
              ${snapshot.pins.map(
                (pin) =>
                  html`<li class="pins__row">
                    <span class="pins__words clip">${face(pin)}</span>
                    <button
                      type="button"
                      class="button button--quiet button--icon"
                      data-act="unpin"
                      aria-label=${t("Take down {pin}", { pin: pin.title || siteOf(pin.url) })}
                      @click=${() => void act(player, "space.unpin", { pin: pin.id })}
                    >
                      ${icon("trash")}
                    </button>
                  </li>`,
              )}
            </ul>`
          : html`<p class="muted">${t("What you pin stands under the title for everyone: a link, a few words, or both.")}</p>`}
        ${snapshot.pins.length >= PINS_MOST
          ? html`<p class="muted small">${t("Three pins are the most. Take one down to pin something else.")}</p>`
          : html`<form class="form" novalidate @submit=${(event: SubmitEvent) => void add(event, update)}>
              ${field("url", t("Link"), "example.org/what-we-talk-about", { mode: "url" })}
              ${field("title", t("Words"), t("What it is"), { max: TITLE_MAX })}
              <button class="button button--wide" data-act="pin">${icon("pin")}${t("Pin it")}</button>
            </form>`}`;
    },
  });
}
