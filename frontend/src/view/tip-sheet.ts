// A tip from inside the room: how much, what it costs, with or without one's name. It is paid in another tab, and the room plays on.

import { html, nothing } from "lit-html";
import { ApiError, tipPrice, tipPrices } from "../api";
import { firstName } from "../lib/format";
import { pieces, t } from "../lib/words";
import type { Parts } from "../room/parts";
import type { Person, TipPrice, TipPrices } from "../types";
import { csrfField, standInNote } from "./checkout";
import { icon } from "./icons";
import { closeSheet, openLiveSheet } from "./live-sheet";
import { profilePath } from "./person";

const OWN = "own";
const TYPING_MS = 250;

/** Minor units of what was typed ("5", "5.50", "5,5"); null for what is no amount. The server reads it again. */
export function typedAmount(text: string): number | null {
  const found = /^([0-9]{1,7})(?:[.,]([0-9]{1,2}))?$/.exec(text.trim());
  return found ? Number(found[1]) * 100 + Number((found[2] ?? "").padEnd(2, "0")) : null;
}

export function openTip(parts: Parts, person: Person): void {
  const name = firstName(person.name);
  let prices: TipPrices | null = null;
  let problem = "";
  let chosen = "";
  let own = "";
  let price: TipPrice | null = null;
  let typing: ReturnType<typeof setTimeout> | undefined;

  const choose = (value: string) => {
    chosen = value;
    problem = "";
    price = prices?.choices.find((one) => String(one.amount) === value) ?? null;
    if (value === OWN) type(own);
    dialog.update();
  };

  const type = (text: string) => {
    own = text;
    price = null;
    clearTimeout(typing);
    const amount = typedAmount(text);
    if (amount === null || !prices || amount < prices.least || amount > prices.most) return;
    typing = setTimeout(() => {
      tipPrice(person.handle, amount)
        .then((answer) => {
          if (chosen !== OWN || typedAmount(own) !== amount) return;
          price = answer.asked;
          dialog.update();
        })
        .catch(() => undefined);
    }, TYPING_MS);
  };

  const send = (event: SubmitEvent) => {
    if (chosen === OWN && (!prices || (typedAmount(own) ?? 0) < prices.least || (typedAmount(own) ?? 0) > prices.most)) {
      event.preventDefault();
      event.stopPropagation();
      problem = t("Enter an amount within these bounds, with whole cents.");
      dialog.update();
      return;
    }
    // Once it is sent: the form has to be in the page for that.
    setTimeout(() => closeSheet("tip"));
  };

  const bounds = (known: TipPrices) => t("In {currency}, {least} to {most}", { currency: known.currency.toUpperCase(), least: known.least / 100, most: known.most / 100 });

  const form = (known: TipPrices) => html`<form
    class="form"
    method="post"
    action=${`${profilePath(person)}tip/`}
    data-checkout
    hx-boost="false"
    @submit=${send}
  >
    ${csrfField()}<input type="hidden" name="space" value=${parts.player.state.spaceId} />
    <p class="muted">${t("All of it goes to {name}. You pay the fee of the card on top.", { name })}</p>
    <fieldset class="field tip-amounts">
      <legend class="field__label">${t("How much?")}</legend>
      <div class="chips">
        ${[...known.choices.map((one) => [String(one.amount), one.amount_words]), [OWN, t("Another amount")]].map(
          ([value, label]) => html`<label class="chip-choice"
            ><input type="radio" name="amount" value=${value ?? ""} .checked=${chosen === value} @change=${() => choose(value ?? "")} /><span class="chip number"
              >${icon("check", 16)}${label}</span
            ></label
          >`,
        )}
      </div>
      <div class="tip-own">
        <label class="field__label" for="tip-sheet-own">${bounds(known)}</label>
        <input
          class="input"
          id="tip-sheet-own"
          name="own"
          inputmode="decimal"
          autocomplete="off"
          placeholder="7.50"
          .value=${own}
          aria-invalid=${problem ? "true" : nothing}
          @input=${(event: Event) => {
            type((event.target as HTMLInputElement).value);
            dialog.update();
          }}
        />
      </div>
      ${problem ? html`<p class="field__error" role="alert">${icon("alert", 16)}<span>${problem}</span></p>` : nothing}
    </fieldset>
    <p class="tip-price" aria-live="polite">
      ${price
        ? pieces(t("You pay {total}: {amount} as the tip, and {fee} for the card.", { amount: price.amount_words, fee: price.card_fee_words }), {
            total: html`<strong class="number">${price.total_words}</strong>`,
          })
        : t("Type an amount to see what you pay.")}
    </p>
    <div class="field">
      <label class="field__label" for="tip-sheet-message"><span>${t("A few words")} <span class="muted">${t("(if you like)")}</span></span></label>
      <input class="input" id="tip-sheet-message" name="message" maxlength=${known.message_max} autocomplete="off" />
    </div>
    <label class="switch">
      <span class="check__text"
        ><span class="strong">${t("Without my name")}</span><span class="muted small">${t("Neither {name} nor the room is told who gave it.", { name })}</span></span
      >
      <input type="checkbox" role="switch" name="unnamed" />
    </label>
    <button class="button button--accent button--big button--wide" data-act="pay-tip">${t("Go to payment")}</button>
    ${standInNote(known.is_stand_in)}
  </form>`;

  const load = async () => {
    problem = "";
    try {
      prices = await tipPrices(person.handle);
      choose(String(prices.choices[1]?.amount ?? prices.choices[0]?.amount ?? OWN));
    } catch (error) {
      problem = error instanceof ApiError ? error.message : t("That did not work. Try again.");
    }
    dialog.update();
  };

  const dialog = openLiveSheet(parts, {
    name: "tip",
    title: t("Tip {name}", { name }),
    onClose: () => clearTimeout(typing),
    body: () => {
      if (prices) return form(prices);
      return problem
        ? html`<p class="field__error" role="alert">${problem}</p>
            <button type="button" class="button button--quiet" @click=${() => void load()}>${t("Try again")}</button>`
        : html`<span class="skeleton skeleton--line"></span><span class="skeleton skeleton--line"></span>`;
    },
  });
  void load();
}
