// What a tap on a ticketed Space opens for whoever has no ticket: the price, what is included, and the way to buy it.

import { html, nothing } from "lit-html";
import { ApiError, giveSeatBack, joinWaitlist, leaveWaitlist, ticketOffer } from "../api";
import { clock, fullTime } from "../lib/format";
import { pieces, t, tn } from "../lib/words";
import type { TicketOffer } from "../types";
import { csrfField, standInNote } from "./checkout";
import { openSheet } from "./dialogs";
import type { OpenDialog } from "./dialogs";
import { icon } from "./icons";

interface Open {
  space: string;
  dialog: OpenDialog;
  reload: () => Promise<void>;
}

let standing: Open | null = null;

const REFUND_RULE = t("You get all of it back if the Space is cancelled, does not start within an hour, or is ended by the moderators.");

function buyForm(space: string, label: string) {
  return html`<form method="post" action=${`/spaces/${space}/buy/`} data-checkout hx-boost="false">
    ${csrfField()}<button class="button button--accent button--big button--wide" data-act="buy-ticket">${label}</button>
  </form>`;
}

/** Read the offer again: something has happened to one's seat, here or in another tab. */
export function refreshTicketSheet(space: string): void {
  if (standing?.space === space) void standing.reload();
}

export function closeTicketSheet(space: string): boolean {
  if (standing?.space !== space) return false;
  standing.dialog.close();
  return true;
}

export function openTicketSheet(space: string, title: string): void {
  if (standing) return;
  let offer: TicketOffer | null = null;
  let problem = "";
  let busy = false;

  const load = async () => {
    try {
      offer = await ticketOffer(space);
      problem = "";
    } catch (error) {
      problem = error instanceof ApiError ? error.message : t("That did not work. Try again.");
    }
    dialog.update();
  };

  const act = async (run: () => Promise<unknown>) => {
    if (busy) return;
    busy = true;
    dialog.update();
    let refused = "";
    try {
      await run();
    } catch (error) {
      refused = error instanceof ApiError ? error.message : t("That did not work. Try again.");
    }
    busy = false;
    await load();
    problem ||= refused;
    dialog.update();
  };

  const quiet = (name: string, label: string, run: () => Promise<unknown>) =>
    html`<button type="button" class="button button--quiet button--wide" data-act=${name} ?disabled=${busy} @click=${() => void act(run)}>${label}</button>`;

  const left = (until: string | null) => html`<strong class="number">${clock((Date.parse(until ?? "") - Date.now()) / 1000)}</strong>`;

  const body = (known: TicketOffer) => {
    switch (known.me) {
      case "buy":
        return html`${buyForm(space, t("Buy for {price}", { price: known.price }))}
          <p class="muted small">${REFUND_RULE}</p>`;
      case "held":
        return html`<p>${pieces(t("Your seat is held: {time}"), { time: left(known.held_until) })}</p>
          <form method="post" action=${`/tickets/orders/${known.order}/pay/`} data-checkout hx-boost="false">
            ${csrfField()}<button class="button button--accent button--big button--wide" data-act="continue-paying">${t("Continue paying")}</button>
          </form>
          ${quiet("give-back", t("Give the seat back"), () => giveSeatBack(known.order ?? ""))}`;
      case "kept":
        return html`<p><strong>${t("A seat is free for you.")}</strong> ${pieces(t("It is kept: {time}"), { time: left(known.kept_until) })}</p>
          ${buyForm(space, t("Take the seat for {price}", { price: known.price }))} ${quiet("leave-line", t("Let it go"), () => leaveWaitlist(space))}`;
      case "waiting":
        return html`<p>
            ${pieces(t("Sold out. You are {place} in line: a seat that becomes free is offered to you."), {
              place: html`<strong class="number">${t("number {count}", { count: known.position ?? 0 })}</strong>`,
            })}
          </p>
          ${quiet("leave-line", t("Leave the line"), () => leaveWaitlist(space))}`;
      case "sold_out":
        return html`<p><strong>${t("Sold out.")}</strong> ${t("A seat that becomes free is offered to whoever waits longest.")}</p>
          <button type="button" class="button button--wide" data-act="join-line" ?disabled=${busy} @click=${() => void act(() => joinWaitlist(space))}>
            ${t("Join the waitlist")}
          </button>`;
      case "not_yet":
        return html`<p>${t("On sale from {time}.", { time: fullTime(new Date(known.sale_opens_at ?? "")) })}</p>`;
      case "selling":
      case "free":
      case "mine":
        return html`<p>${icon("check")} ${t("You get in.")}</p>`;
      default:
        return html`<p>${t("Tickets are not on sale any more.")}</p>`;
    }
  };

  const dialog = openSheet({
    name: "ticket",
    title: t("You need a ticket"),
    onClose: () => {
      clearInterval(ticking);
      standing = null;
    },
    body: () => {
      if (!offer) {
        return problem
          ? html`<p class="field__error" role="alert">${problem}</p>
              <button type="button" class="button button--quiet" @click=${() => void load()}>${t("Try again")}</button>`
          : html`<span class="skeleton skeleton--line"></span><span class="skeleton skeleton--line"></span>`;
      }
      return html`<div class="stack" data-standing=${offer.me}>
        <div class="ticket-card__head">
          <span class="ticket-card__icon">${icon("ticket", 24)}</span>
          <div class="ticket-card__what">
            <p class="ticket-card__title">${title || t("This Space")}</p>
            <p class="muted small">
              ${offer.price} · ${offer.includes_replay ? t("the live room and its replay") : t("the live room; no replay")}${offer.few_left && offer.me === "buy"
                ? html` · <strong class="ticket-card__few">${tn("{count} seat left", "{count} seats left", offer.few_left)}</strong>`
                : nothing}
            </p>
          </div>
        </div>
        ${problem ? html`<p class="field__error" role="alert">${problem}</p>` : nothing} ${body(offer)} ${standInNote(offer.is_stand_in)}
      </div>`;
    },
  });
  standing = { space, dialog, reload: load };
  // The clock of a seat that is held or kept; when it has run out, what is true then.
  const ticking = setInterval(() => {
    const until = offer?.held_until ?? offer?.kept_until;
    if (!until) return;
    if (Date.parse(until) > Date.now()) dialog.update();
    else void load();
  }, 1000);
  void load();
}
