// Captions under the stage: what is being said, who says it; size, contrast, pause, what was said before.

import { html, nothing } from "lit-html";
import { repeat } from "lit-html/directives/repeat.js";
import { can } from "../acts";
import { t, tn } from "../lib/words";
import { viewer } from "../player/state";
import type { PlayerState } from "../player/state";
import type { CaptionChoice, CaptionSize, RoomCaptions } from "../room/captions";
import type { Parts } from "../room/parts";
import type { CaptionLine, UserId } from "../types";
import { sameUser } from "../types";
import { act } from "./act";
import { openSheet } from "./dialogs";
import { icon } from "./icons";
import { closeSheet, openLiveSheet } from "./live-sheet";
import { menu } from "./menu";
import type { MenuItem } from "./menu";
import { openReport } from "./report";

const NEAR_END_PX = 40;
const SIZES: [CaptionSize, string][] = [
  ["s", t("Small")],
  ["m", t("Medium")],
  ["l", t("Large")],
  ["xl", t("Very large")],
];

/** Why there are no captions here at all, in words; "" when there are, or may be soon. */
export function captionsUnavailable(state: PlayerState): string {
  const { snapshot } = state;
  if (!snapshot) return "";
  if (!snapshot.space.captions_wanted) return t("The host has turned captions off.");
  return snapshot.captions.available ? "" : t("There are no captions for the language of this Space.");
}

const isRough = (state: PlayerState): boolean => state.snapshot?.captions.rough === true;

/** What is said in the place of lines. */
function stateWords(state: PlayerState, problem: string): string {
  const unavailable = captionsUnavailable(state);
  if (unavailable || problem) return unavailable || problem;
  switch (state.snapshot?.captions.worker) {
    case "on":
      return "";
    case "starting":
      return t("Captions are starting…");
    default:
      return t("Captions can't be had right now. They begin by themselves as soon as they can.");
  }
}

/** How one reads captions, in every Space from now on; in a Space or out of one. */
function openSettings({ captions, player }: Parts): void {
  openSheet({
    name: "captions",
    title: t("Captions"),
    body: ({ update }) => {
      const { on, size, contrast } = captions.state;
      const choose = (change: Partial<CaptionChoice>) => {
        captions.choose(change);
        update();
      };
      const checked = (event: Event): boolean => (event.target as HTMLInputElement).checked;
      return html`<div class="form">
        ${player.isLive
          ? nothing
          : html`<label class="switch">
              <span class="check__text"><span class="strong">${t("Show captions")}</span><span class="muted small">${t("In every Space that has them, on this device.")}</span></span>
              <input type="checkbox" role="switch" name="on" .checked=${on} @change=${(event: Event) => choose({ on: checked(event) })} />
            </label>`}
        <fieldset class="field">
          <legend class="field__label">${t("Size")}</legend>
          <div class="segmented">
            ${SIZES.map(
              ([value, label]) =>
                html`<label class="segmented__option"
                  ><input type="radio" name="caption-size" value=${value} .checked=${size === value} @change=${() => choose({ size: value })} /><span>${label}</span></label
                >`,
            )}
          </div>
        </fieldset>
        <label class="switch">
          <span class="check__text"><span class="strong">${t("High contrast")}</span><span class="muted small">${t("White on black, whatever the theme.")}</span></span>
          <input type="checkbox" role="switch" name="contrast" .checked=${contrast} @change=${(event: Event) => choose({ contrast: checked(event) })} />
        </label>
        ${isRough(player.state)
          ? html`<p class="muted small">${t("These captions are rough: a small program on this server writes along and mishears a lot. Offensive words are always masked.")}</p>`
          : nothing}
      </div>`;
    },
  });
}

/** The settings' own button opens the same; without JavaScript there are no captions, and no button. */
export function startCaptionSettings(parts: Parts): void {
  document.addEventListener("click", (event) => {
    if (event.target instanceof Element && event.target.closest("[data-caption-settings]")) openSettings(parts);
  });
}

function lineItems(parts: Parts, line: CaptionLine): MenuItem[] {
  const { snapshot } = parts.player.state;
  const mine = sameUser(line.user, viewer());
  const handle = snapshot?.stage.find((person) => sameUser(person.id, line.user))?.handle ?? "";
  const all: [boolean, MenuItem][] = [
    [
      viewer() !== null && !mine && line.user !== null,
      { name: "report", label: t("Report these captions"), icon: "flag", run: () => openReport({ kind: "caption_line", id: line.id, name: line.name, handle }) },
    ],
    [
      mine || can(snapshot, "captions.remove"),
      {
        name: "captions.remove",
        label: t("Take this line out"),
        hint: t("Nobody sees it any more, in the replay neither."),
        icon: "trash",
        kind: "danger",
        run: () => void act(parts.player, "captions.remove", { line: line.id }),
      },
    ],
  ];
  return all.filter(([shown]) => shown).map(([, item]) => item);
}

function openLine(parts: Parts, line: CaptionLine): void {
  openLiveSheet(parts, {
    name: "caption-line",
    title: line.name,
    body: () =>
      html`<p class="captions__quote">${line.text}</p>
        ${menu(
          lineItems(parts, line).map((item) => ({
            ...item,
            run: () => {
              closeSheet("caption-line");
              item.run();
            },
          })),
        )}`,
  });
}

/** Who was turned away from is not read either. */
const isFolded = (parts: Parts, user: UserId | null): boolean => user !== null && parts.mutes.has(user);

function lineRow(parts: Parts, line: CaptionLine) {
  if (isFolded(parts, line.user)) return nothing;
  const words = html`<span class="captions__name">${line.name}</span> <span class="captions__text">${line.text}</span>`;
  // Guests can do nothing with a line.
  return html`<li data-line=${line.id}>
    ${lineItems(parts, line).length > 0
      ? html`<button type="button" class="captions__line" aria-haspopup="dialog" @click=${() => openLine(parts, line)}>${words}</button>`
      : html`<p class="captions__line">${words}</p>`}
  </li>`;
}

function lines(parts: Parts) {
  const { lines: said, guesses, more, loading, paused } = parts.captions.state;
  return html`${more && said.length > 0
      ? html`<button type="button" class="button button--plain captions__earlier" ?disabled=${loading} @click=${() => void parts.captions.loadEarlier()}>
          ${loading ? t("Loading…") : t("Earlier")}
        </button>`
      : nothing}
    <ol class="captions__lines">
      ${repeat(
        said,
        (line) => line.id,
        (line) => lineRow(parts, line),
      )}
    </ol>
    ${paused
      ? nothing
      : html`<ol class="captions__lines" aria-hidden="true">
          ${repeat(
            guesses.filter((guess) => !isFolded(parts, guess.user)),
            (guess) => String(guess.user),
            (guess) =>
              html`<li class="captions__line captions__line--guess" data-guess=${guess.user}>
                <span class="captions__name">${guess.name}</span> <span class="captions__text">${guess.text}</span>
              </li>`,
          )}
        </ol>`}`;
}

function head(parts: Parts, state: PlayerState) {
  const { captions } = parts;
  const { paused, waiting } = captions.state;
  const rough = isRough(state) && !captionsUnavailable(state);
  return html`<div class="captions__head">
    <h3 class="captions__title" id="captions-title">${rough ? t("Rough captions") : t("Captions")}</h3>
    ${paused ? html`<span class="muted small number">${waiting > 0 ? tn("{count} new line", "{count} new lines", waiting) : t("Paused")}</span>` : nothing}
    <span class="captions__tools">
      <button
        type="button"
        class="button button--plain button--icon"
        data-act="pause"
        aria-pressed=${String(paused)}
        aria-label=${t("Pause captions")}
        @click=${() => captions.pause(!paused)}
      >
        ${icon(paused ? "play" : "pause")}
      </button>
      <button type="button" class="button button--plain button--icon" data-act="settings" aria-label=${t("Size and contrast of captions")} @click=${() => openSettings(parts)}>
        ${icon("settings")}
      </button>
      <button type="button" class="button button--plain button--icon" data-act="hide" aria-label=${t("Hide captions")} @click=${() => captions.toggle()}>
        ${icon("close")}
      </button>
    </span>
  </div>`;
}

export function captionsPanel(parts: Parts, state: PlayerState) {
  const { on, size, contrast, lines: said, guesses, problem } = parts.captions.state;
  if (!on || state.phase !== "live") return nothing;
  const words = stateWords(state, problem);
  const classes = ["captions", `captions--${size}`, contrast && "captions--contrast"];
  return html`<section class=${classes.filter(Boolean).join(" ")} aria-labelledby="captions-title" data-panel="captions">
    ${head(parts, state)}
    <div class="captions__scroll" tabindex="0" role="log" aria-labelledby="captions-title">
      ${said.length > 0 || guesses.length > 0 ? lines(parts) : nothing}
      ${words ? html`<p class="captions__state" data-state>${words}</p>` : nothing}
      ${!words && said.length === 0 && guesses.length === 0 ? html`<p class="captions__state">${t("What is said from now on appears here.")}</p>` : nothing}
    </div>
  </section>`;
}

/** Keeps what is said last in sight, unless one has scrolled back or paused. */
export class CaptionScroll {
  private oldest = "";
  private height = 0;
  private atEnd = true;

  constructor(
    private readonly root: HTMLElement,
    private readonly captions: RoomCaptions,
  ) {}

  private get box(): HTMLElement | null {
    return this.root.querySelector(".captions__scroll");
  }

  /** Before drawing. */
  before(): void {
    const { box } = this;
    this.height = box?.scrollHeight ?? 0;
    this.atEnd = !box || box.scrollHeight - box.scrollTop - box.clientHeight < NEAR_END_PX;
  }

  /** After drawing. */
  after(): void {
    const { box } = this;
    const oldest = this.captions.state.lines[0]?.id ?? "";
    if (box) {
      if (this.atEnd && !this.captions.state.paused) box.scrollTop = box.scrollHeight;
      else if (oldest !== this.oldest) box.scrollTop += box.scrollHeight - this.height;
    }
    this.oldest = oldest;
  }
}
