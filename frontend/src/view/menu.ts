// A list of things to do, one under the other, each wide enough for a thumb.

import { html, nothing } from "lit-html";
import type { TemplateResult } from "lit-html";
import { icon } from "./icons";
import type { IconName } from "./icons";

export interface MenuItem {
  name: string;
  label: string;
  icon: IconName;
  /** What will happen, in a few words, where the label does not say it all. */
  hint?: string;
  kind?: "danger";
  run: () => void;
}

export function menu(items: MenuItem[]): TemplateResult | typeof nothing {
  if (items.length === 0) return nothing;
  return html`<ul class="menu">
    ${items.map(
      (item) => html`<li>
        <button
          type="button"
          class=${item.kind === "danger" ? "menu__item menu__item--danger" : "menu__item"}
          data-act=${item.name}
          @click=${item.run}
        >
          ${icon(item.icon)}
          <span class="menu__text"
            ><span>${item.label}</span>${item.hint ? html`<span class="menu__hint">${item.hint}</span>` : nothing}</span
          >
        </button>
      </li>`,
    )}
  </ul>`;
}
