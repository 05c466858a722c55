// Reporting something to the moderators: what is wrong, a few words, thanks, and whether to block them, too. Links to the
// page of a report (templates/components/report_link.html) open it here; without this the page does the same.

import { html, nothing } from "lit-html";
import type { Report } from "../api";
import { ApiError, blockPerson, sendReport } from "../api";
import { firstName } from "../lib/format";
import { t } from "../lib/words";
import { viewer } from "../player/state";
import { CATEGORIES } from "../report-categories";
import { openSheet } from "./dialogs";
import { icon } from "./icons";

export type ReportKind = "space" | "person" | "room_message" | "direct_message" | "post" | "replay" | "caption_line" | "clip";

export interface Reported {
  kind: ReportKind;
  id: string;
  /** Whom it is about: host, author, the person. */
  name: string;
  handle: string;
}

const WORDS_MAX = 1000;
const TITLES: Record<ReportKind, (name: string) => string> = {
  space: () => t("Report this Space"),
  person: (name) => t("Report {name}", { name }),
  room_message: () => t("Report this message"),
  direct_message: () => t("Report this message"),
  post: () => t("Report this post"),
  caption_line: () => t("Report these captions"),
  replay: () => t("Report this replay"),
  clip: () => t("Report this clip"),
};
/** Somebody may be in danger while moderators have not looked yet. */
const URGENT = new Set(["threats", "minors", "self_harm"]);

const problemOf = (error: unknown): string => (error instanceof ApiError ? error.message : t("That did not work. Try again."));

export function openReport(what: Reported): void {
  const name = firstName(what.name);
  let category: Report["category"] | "" = "";
  let words = "";
  let sending = false;
  let problem = "";
  let step: "ask" | "thanks" | "blocked" = "ask";
  let blocking = false;

  async function send(event: SubmitEvent): Promise<void> {
    event.preventDefault();
    if (sending || Array.from(words.trim()).length > WORDS_MAX) return;
    if (!category) {
      problem = t("Choose what is wrong.");
      dialog.update();
      dialog.element.querySelector<HTMLElement>("input[name=category]")?.focus();
      return;
    }
    sending = true;
    problem = "";
    dialog.update();
    try {
      await sendReport(what.kind, what.id, category, words);
      step = "thanks";
    } catch (error) {
      problem = error instanceof ApiError ? (error.fields["words"]?.[0] ?? error.message) : problemOf(error);
    }
    sending = false;
    dialog.update();
    if (step === "thanks") {
      // The button that had the focus is gone; whoever listens hears what happened.
      dialog.element.scrollTop = 0;
      dialog.element.querySelector<HTMLElement>("[data-thanks]")?.focus();
    }
  }

  async function block(): Promise<void> {
    if (blocking) return;
    blocking = true;
    problem = "";
    dialog.update();
    try {
      await blockPerson(what.handle);
      step = "blocked";
    } catch (error) {
      problem = problemOf(error);
    }
    blocking = false;
    dialog.update();
    if (step === "blocked") dialog.element.querySelector<HTMLElement>("[data-thanks]")?.focus();
  }

  const refused = () => (problem ? html`<p class="field__error" role="alert">${icon("alert", 16)}<span>${problem}</span></p>` : nothing);

  function form() {
    const used = Array.from(words.trim()).length;
    return html`<form class="form report" novalidate @submit=${(event: SubmitEvent) => void send(event)}>
      <fieldset class="field">
        <legend class="field__label">${t("What is wrong?")}</legend>
        <div class="checks">
          ${CATEGORIES.map(
            (one) => html`<label class="check"
              ><input
                type="radio"
                name="category"
                value=${one.value}
                .checked=${category === one.value}
                @change=${() => {
                  category = one.value;
                  problem = "";
                  dialog.update();
                }}
              /><span class="check__text"><span>${one.label}</span><span class="muted small">${one.hint}</span></span></label
            >`,
          )}
        </div>
      </fieldset>
      <div class="field">
        <label class="field__label" for="report-dialog-words"
          ><span>${t("Anything to add? (optional)")}</span
          ><span class=${used > WORDS_MAX ? "field__count is-over" : "field__count"} ?hidden=${used === 0}>${used} / ${WORDS_MAX}</span></label
        >
        <textarea
          class="input"
          id="report-dialog-words"
          rows="2"
          .value=${words}
          aria-invalid=${used > WORDS_MAX ? "true" : nothing}
          @input=${(event: Event) => {
            words = (event.target as HTMLTextAreaElement).value;
            dialog.update();
          }}
        ></textarea>
      </div>
      <div class="report__send">
        ${refused()}
        <button class="button button--accent button--wide" data-act="send-report" ?disabled=${sending || used > WORDS_MAX}>
          ${sending ? t("Sending…") : t("Send report")}
        </button>
        <p class="muted small">
          ${what.kind === "space" || what.kind === "replay" ? t("The host is not told who reported.") : t("{name} is not told who reported.", { name })}
        </p>
      </div>
    </form>`;
  }

  function thanks() {
    return html`<div class="report">
      <p tabindex="-1" data-thanks><strong>${t("Thank you.")}</strong> ${t("Our moderators will look at it, and you hear from us once it is decided.")}</p>
      ${URGENT.has(category)
        ? html`<p class="notice notice--warning">${icon("alert")}<span>${t("Is somebody in danger right now? Call your local emergency number first.")}</span></p>`
        : nothing}
      ${what.handle
        ? html`<p class="muted">${t("Block {name}, too? Neither of you will see or be able to write to the other. They are not told.", { name })}</p>
            ${refused()}
            <div class="dialog__actions">
              <button type="button" class="button button--danger-solid" data-act="block-too" ?disabled=${blocking} @click=${() => void block()}>
                ${t("Block {name}", { name })}
              </button>
              <button type="button" class="button button--quiet" data-act="report-done" @click=${() => dialog.close()}>${t("Done")}</button>
            </div>`
        : html`<div class="dialog__actions">
            <button type="button" class="button" data-act="report-done" @click=${() => dialog.close()}>${t("Done")}</button>
          </div>`}
    </div>`;
  }

  function blocked() {
    return html`<div class="report">
      <p tabindex="-1" data-thanks><strong>${t("Thank you.")}</strong> ${t("{name} is blocked, and your report is with our moderators.", { name })}</p>
      <div class="dialog__actions">
        <button type="button" class="button" data-act="report-done" @click=${() => dialog.close()}>${t("Done")}</button>
      </div>
    </div>`;
  }

  const dialog = openSheet({
    name: "report",
    title: TITLES[what.kind](name),
    body: () => (step === "ask" ? form() : step === "thanks" ? thanks() : blocked()),
  });
}

export function startReports(): void {
  // In the capture phase: before htmx follows the link. Guests are led to the page, and by it to sign in.
  document.addEventListener(
    "click",
    (event) => {
      if (event.button !== 0 || event.metaKey || event.ctrlKey || event.shiftKey || event.altKey || !viewer()) return;
      const link = event.target instanceof Element ? event.target.closest<HTMLAnchorElement>("a[data-report]") : null;
      if (!link) return;
      event.preventDefault();
      event.stopPropagation();
      const menu = link.closest<HTMLDetailsElement>("details[open]");
      if (menu) {
        menu.open = false;
        menu.querySelector("summary")?.focus();
      }
      const { report, reportId, reportName, reportHandle } = link.dataset;
      openReport({ kind: report as ReportKind, id: reportId ?? "", name: reportName ?? "", handle: reportHandle ?? "" });
    },
    { capture: true },
  );
}
