// The chat of the room: takes the place of the stage while it is open, with those on stage in one line above it.

import { html, nothing } from "lit-html";
import { repeat } from "lit-html/directives/repeat.js";
import { can } from "../acts";
import { fullTime, relativeTime } from "../lib/format";
import { t } from "../lib/words";
import { isGuest, onStage, ownRole, viewer } from "../player/state";
import type { PlayerState } from "../player/state";
import type { RoomChat } from "../room/chat";
import { MESSAGE_MAX, messageLength } from "../room/chat-state";
import type { Parts } from "../room/parts";
import { thanksWords } from "../room/tipping";
import type { Message, Role, Thanks } from "../types";
import { sameUser } from "../types";
import { act } from "./act";
import { ask } from "./dialogs";
import { signUpPath } from "./guest";
import { icon } from "./icons";
import { avatar } from "./person";
import { ROLE_WORDS, openPerson } from "./person-sheet";
import { openReport } from "./report";

/** From here on the counter shows. */
const COUNT_FROM = MESSAGE_MAX - 60;
const NEAR_END_PX = 80;

function mayDelete(message: Message, state: PlayerState): boolean {
  // Turning it down is what takes away a message that waits.
  if (message.held && can(state.snapshot, "message.decline")) return false;
  return sameUser(message.author.id, viewer()) || can(state.snapshot, "message.delete");
}

async function remove(parts: Parts, message: Message): Promise<void> {
  const mine = sameUser(message.author.id, viewer());
  const answer = await ask({
    name: "delete-message",
    title: t("Delete this message?"),
    text: mine
      ? t("It disappears for everyone. This cannot be undone.")
      : t("{name}'s message disappears for everyone. This cannot be undone.", { name: message.author.name }),
    choices: [{ value: "yes", label: t("Delete"), kind: "danger" }],
    stay: t("Keep it"),
  });
  if (answer === "yes") await act(parts.player, "message.delete", { message: message.id });
}

function roleMark(role: Role) {
  return role === "listener" ? nothing : html`<span class="message__role">${ROLE_WORDS[role]}</span>`;
}

/** Messages of muted and blocked people that were opened. */
const opened = new Set<string>();

function foldedRow(parts: Parts, message: Message) {
  const words = parts.mutes.isBlocked(message.author.id) ? t("A message of somebody you blocked") : t("A message of somebody you muted");
  return html`<li class="message message--folded" data-message=${message.id}>
    <span class="muted small">${words}</span>
    <button
      type="button"
      class="button button--plain"
      data-act="unfold"
      @click=${() => {
        opened.add(message.id);
        // Drawn again with the same list.
        parts.chat.store.set({});
      }}
    >
      ${t("Show")}
    </button>
  </li>`;
}

/** A message that waits: host and co-hosts decide on it, its author sees that it waits. */
function heldNote(parts: Parts, message: Message) {
  if (!can(parts.player.state.snapshot, "message.approve")) {
    return html`<p class="message__held message__held--mine muted small">${icon("lock", 16)}<span>${t("Waiting for the host. Only you see it.")}</span></p>`;
  }
  const decide = (what: "approve" | "decline") => () => void act(parts.player, `message.${what}`, { message: message.id });
  return html`<div class="message__held">
    <span class="muted small">${t("From a new account. Only hosts see it.")}</span>
    <span class="message__decide">
      <button type="button" class="button button--quiet" data-act="approve" aria-label=${t("Approve the message of {name}", { name: message.author.name })} @click=${decide("approve")}>${t("Approve")}</button>
      <button type="button" class="button button--plain" data-act="decline" aria-label=${t("Decline the message of {name}", { name: message.author.name })} @click=${decide("decline")}>${t("Decline")}</button>
    </span>
  </div>`;
}

function messageRow(parts: Parts, message: Message) {
  if (parts.mutes.has(message.author.id) && !opened.has(message.id)) return foldedRow(parts, message);
  const at = new Date(message.created_at);
  const { author } = message;
  return html`<li class=${message.held ? "message is-held" : "message"} data-message=${message.id}>
    <button type="button" class="message__face" aria-label=${author.name} @click=${() => openPerson(parts, author)}>
      ${avatar(author, 36)}
    </button>
    <div class="message__body">
      <p class="message__head">
        <span class="message__name clip">${author.name}</span>${roleMark(message.role)}
        <time class="muted small" data-relative datetime=${message.created_at} title=${fullTime(at)}
          >${relativeTime(at, new Date())}</time
        >
      </p>
      <p class="message__text">${message.text}</p>
      ${message.held ? heldNote(parts, message) : nothing}
    </div>
    ${viewer() !== null && !sameUser(author.id, viewer())
      ? html`<button
          type="button"
          class="message__delete"
          aria-label=${t("Report the message of {name}", { name: author.name })}
          data-act="report"
          @click=${() => openReport({ kind: "room_message", id: message.id, name: author.name, handle: author.handle })}
        >
          ${icon("flag", 16)}
        </button>`
      : nothing}
    ${mayDelete(message, parts.player.state)
      ? html`<button
          type="button"
          class="message__delete"
          aria-label=${t("Delete the message of {name}", { name: author.name })}
          data-act="delete"
          @click=${() => void remove(parts, message)}
        >
          ${icon("trash", 16)}
        </button>`
      : nothing}
  </li>`;
}

/** Why one cannot write, in words; "" when one can, or may find out. */
function closedWords(state: PlayerState): string {
  return state.snapshot?.space.message_policy === "off" ? t("The host has switched messages off.") : "";
}

function composer(parts: Parts, state: PlayerState) {
  const { chat } = parts;
  if (isGuest(state)) {
    return html`<p class="composer composer--closed">
      <span>${t("You are reading along as a guest.")}</span> <a class="button button--quiet" href=${signUpPath()} hx-boost="false">${t("Sign up to write")}</a>
    </p>`;
  }
  const closed = closedWords(state);
  if (closed || !can(state.snapshot, "message.post")) {
    return html`<p class="composer composer--closed">${icon("lock", 16)} <span>${closed || t("Join the Space to write.")}</span></p>`;
  }
  const { draft, sending, refused } = chat.state;
  const used = messageLength(draft);
  const over = used > MESSAGE_MAX;
  return html`<form
    class="composer"
    @submit=${(event: SubmitEvent) => {
      event.preventDefault();
      if (!over) void chat.send();
    }}
  >
    ${refused ? html`<p class="field__error" role="alert">${refused}</p>` : nothing}
    <div class="composer__row">
      <label class="visually-hidden" for="composer">${t("Write to everyone here")}</label>
      <textarea
        class="input composer__input"
        id="composer"
        rows="1"
        placeholder=${state.snapshot?.space.message_policy === "followers" && !onStage(ownRole(state)) ? t("For followers of the host") : t("Write to everyone here")}
        .value=${draft}
        aria-invalid=${over ? "true" : nothing}
        @input=${(event: Event) => chat.write((event.target as HTMLTextAreaElement).value)}
        @keydown=${(event: KeyboardEvent) => {
          if (event.key !== "Enter" || event.shiftKey || event.isComposing) return;
          event.preventDefault();
          (event.target as HTMLTextAreaElement).form?.requestSubmit();
        }}
      ></textarea>
      <button
        class="button button--accent button--icon"
        aria-label=${t("Send")}
        data-act="send"
        ?disabled=${used === 0 || over || sending}
      >
        ${icon("send")}
      </button>
    </div>
    <span class=${over ? "field__count is-over" : "field__count"} ?hidden=${used < COUNT_FROM}>${used} / ${MESSAGE_MAX}</span>
  </form>`;
}

function strip(state: PlayerState) {
  return html`<ul class="chat__stage" aria-label=${t("On stage")}>
    ${repeat(
      state.snapshot?.stage ?? [],
      (person) => person.id,
      (person) =>
        html`<li class=${state.speaking.includes(person.id) ? "is-speaking" : ""} title=${person.name}>
          ${avatar(person, 32)}<span class="visually-hidden">${person.name}</span>
        </li>`,
    )}
  </ul>`;
}

/** Messages with the room's thanks for tips between them, where they came. */
function withThanks(messages: Message[], thanks: Thanks[], hasEarlier: boolean): (Message | Thanks)[] {
  const at = (one: Message | Thanks) => Date.parse("text" in one ? one.created_at : one.at);
  // What came before the messages that are here belongs to those that are not.
  const since = hasEarlier && messages[0] ? at(messages[0]) : 0;
  const shown = thanks.filter((one) => at(one) >= since);
  return [...messages, ...shown].sort((a, b) => at(a) - at(b));
}

function thanksRow(one: Thanks) {
  return html`<li class="message--thanks" data-thanks=${one.id}>${icon("gift", 16)}<span>${thanksWords(one, viewer())}</span></li>`;
}

function list(parts: Parts) {
  const { messages, earlier, loading, loaded, problem } = parts.chat.state;
  if (problem && messages.length === 0) {
    return html`<p class="field__error" role="alert">${problem}</p>
      <button type="button" class="button button--quiet" @click=${() => void parts.chat.load()}>${t("Try again")}</button>`;
  }
  if (!loaded && messages.length === 0) {
    return html`<div class="calm" aria-hidden="true"><span class="skeleton skeleton--line"></span><span class="skeleton skeleton--line"></span></div>`;
  }
  const { thanks } = parts.tipping.state;
  if (messages.length === 0 && thanks.length === 0) {
    const mayWrite = can(parts.player.state.snapshot, "message.post") && !closedWords(parts.player.state);
    return html`<p class="calm">${icon("chat", 24)}<span>${mayWrite ? t("Nobody has written yet. Say hello.") : t("Nobody has written yet.")}</span></p>`;
  }
  return html`${earlier
      ? html`<button type="button" class="button button--plain chat__earlier" ?disabled=${loading} @click=${() => void parts.chat.load(true)}>
          ${loading ? t("Loading…") : t("Earlier messages")}
        </button>`
      : nothing}
    <ol class="messages">
      ${repeat(
        withThanks(messages, thanks, earlier !== null),
        (one) => one.id,
        (one) => ("text" in one ? messageRow(parts, one) : thanksRow(one)),
      )}
    </ol>`;
}

export function chatPanel(parts: Parts, state: PlayerState) {
  return html`<div class="chat" data-panel="chat">
    ${strip(state)}
    <div class="chat__scroll" tabindex="0" role="log" aria-live="off" aria-label=${t("Chat")}>${list(parts)}</div>
    ${composer(parts, state)}
  </div>`;
}

/** Keeps the newest in sight for whoever is at the end, and the place of whoever reads further up. */
export class ChatScroll {
  private newest = "";
  private oldest = "";
  private height = 0;
  private atEnd = true;

  constructor(
    private readonly root: HTMLElement,
    private readonly chat: RoomChat,
  ) {}

  private get box(): HTMLElement | null {
    return this.root.querySelector(".chat__scroll");
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
    const { messages } = this.chat.state;
    const newest = messages.at(-1)?.id ?? "";
    const oldest = messages[0]?.id ?? "";
    if (box) {
      const mine = newest !== this.newest && sameUser(messages.at(-1)?.author.id, viewer());
      if (this.atEnd || mine) box.scrollTop = box.scrollHeight;
      else if (oldest !== this.oldest) box.scrollTop += box.scrollHeight - this.height;
    }
    this.newest = newest;
    this.oldest = oldest;
  }
}
