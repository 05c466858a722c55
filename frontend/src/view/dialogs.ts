// Layers over the page, all of them <dialog>: the browser keeps the focus inside, closes on Esc, and gives it back.

import { html, nothing, render } from "lit-html";
import type { TemplateResult } from "lit-html";
import { t } from "../lib/words";
import { icon } from "./icons";

export interface OpenDialog {
  element: HTMLDialogElement;
  /** Draw it again. */
  update: () => void;
  close: (value?: string) => void;
}

interface Options {
  /** Names it in the page (`data-layer`) and in ids. */
  name: string;
  title: string;
  body: (dialog: OpenDialog) => unknown;
  /** Told the value it was closed with. */
  onClose?: (value: string) => void;
}

function open(kind: "dialog" | "sheet", options: Options, frame: (dialog: OpenDialog) => TemplateResult): OpenDialog {
  const element = document.createElement("dialog");
  element.className = kind;
  element.dataset["layer"] = options.name;
  element.setAttribute("aria-labelledby", `layer-${options.name}`);
  const dialog: OpenDialog = {
    element,
    update: () => render(frame(dialog), element),
    close: (value = "") => element.close(value),
  };
  element.addEventListener("close", () => {
    element.remove();
    options.onClose?.(element.returnValue);
  });
  element.addEventListener("click", (event) => {
    if (event.target === element && isBackdrop(element, event)) dialog.close();
  });
  dialog.update();
  document.body.append(element);
  element.showModal();
  return dialog;
}

/** A tap beside the box reaches the dialog itself. */
function isBackdrop(element: HTMLElement, event: MouseEvent): boolean {
  const box = element.getBoundingClientRect();
  return event.clientX < box.left || event.clientX > box.right || event.clientY < box.top || event.clientY > box.bottom;
}

/** A list or settings over the page, with a heading and a button that closes it. */
export function openSheet(options: Options): OpenDialog {
  return open(
    "sheet",
    options,
    (dialog) => html`<div class="sheet__head">
        <h2 class="sheet__title" id="layer-${options.name}">${options.title}</h2>
        <button
          type="button"
          class="button button--plain button--icon"
          aria-label=${t("Close")}
          @click=${() => dialog.close()}
        >
          ${icon("close")}
        </button>
      </div>
      <div class="sheet__body">${options.body(dialog)}</div>`,
  );
}

export interface Choice {
  value: string;
  label: string;
  kind?: "danger" | "plain";
}

const BUTTON_CLASS = { danger: "button button--danger-solid", plain: "button button--quiet" };

/** Ask once, in words that say what will happen. Resolves to the chosen value, "" for "no, stay". */
export function ask(options: { name: string; title: string; text: string; choices: Choice[]; stay: string }): Promise<string> {
  return new Promise((resolve) => {
    open(
      "dialog",
      { name: options.name, title: options.title, body: () => nothing, onClose: resolve },
      (dialog) => html`<h2 class="dialog__title" id="layer-${options.name}">${options.title}</h2>
        <p class="dialog__text">${options.text}</p>
        <div class="dialog__actions">
          ${options.choices.map(
            (choice) => html`<button
              type="button"
              class=${BUTTON_CLASS[choice.kind ?? "plain"]}
              data-choice=${choice.value}
              @click=${() => dialog.close(choice.value)}
            >
              ${choice.label}
            </button>`,
          )}
          <button
            type="button"
            class="button button--quiet"
            data-choice="stay"
            autofocus
            @click=${() => dialog.close()}
          >
            ${options.stay}
          </button>
        </div>`,
    );
  });
}
