// Where money is paid: a page of its own. Whoever listens pays in another tab, so that the sound goes on here.

import { html, nothing } from "lit-html";
import type { TemplateResult } from "lit-html";
import { t } from "../lib/words";
import type { Player } from "../player/player";
import { toast } from "./toasts";

function csrfToken(): string {
  const cookie = /(?:^|;\s*)csrftoken=([^;]*)/.exec(document.cookie);
  return cookie?.[1] ? decodeURIComponent(cookie[1]) : (document.body.dataset["csrf"] ?? "");
}

/** What every form that leads to the till sends beside its own fields. */
export const csrfField = (): TemplateResult => html`<input type="hidden" name="csrfmiddlewaretoken" value=${csrfToken()} />`;

/** What no real money moves by, where a stand-in takes the place of the payment service. */
export const standInNote = (shown: boolean) => (shown ? html`<p class="stand-in muted small">${t("This is a demo: no real money moves.")}</p>` : nothing);

export function startCheckout(player: Player): void {
  document.addEventListener(
    "submit",
    (event) => {
      const form = event.target;
      if (!(form instanceof HTMLFormElement) || form.dataset["checkout"] === undefined) return;
      if (player.isLive) {
        form.target = "_blank";
        toast(t("Pay in the other tab. The sound goes on here."));
      } else {
        form.removeAttribute("target");
      }
    },
    { capture: true },
  );
}
