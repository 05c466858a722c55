// Direct messages where they must live in the browser: what comes while one reads, sending without a reload, the days and
// times of this place. Messages are drawn by the server alone (templates/components/direct_message.html).

import htmx from "htmx.org";
import { announce } from "./announce";
import { ApiError, answerIn, conversationRead, deleteMessage, sendMessage } from "./api";
import { dayWords, firstName, fullTime } from "./lib/format";
import { language, t } from "./lib/words";
import { refreshMain, visit } from "./navigation";
import { viewer } from "./player/state";
import type { LiveSocket } from "./socket";
import type { Frame, Person } from "./types";
import { sameUser } from "./types";
import { ask } from "./view/dialogs";
import { toast } from "./view/toasts";

interface Posted {
  conversation: string;
  message: { id: string; author: Person; text: string; space: { title: string } | null };
}

/** Whoever is so near the end wants to see what comes. */
const NEAR_END_PX = 160;
/** The list is fetched anew at most so often, however much comes. */
const LIST_MS = 400;

function pageOpen(): HTMLElement | null {
  return document.querySelector<HTMLElement>("#main .conversation");
}

function isNearEnd(): boolean {
  return document.documentElement.scrollHeight - window.innerHeight - window.scrollY < NEAR_END_PX;
}

function scrollToEnd(): void {
  window.scrollTo(0, document.documentElement.scrollHeight);
}

function messagesIn(page: ParentNode): HTMLElement[] {
  return [...page.querySelectorAll<HTMLElement>("[data-message]")];
}

/** Days and times as they are here, over those of the server. */
function localise(page: HTMLElement): void {
  const now = new Date();
  for (const day of page.querySelectorAll("[data-day]")) day.remove();
  let last = "";
  for (const message of messagesIn(page)) {
    const at = new Date(message.dataset["at"] ?? "");
    if (Number.isNaN(at.getTime())) continue;
    if (at.toDateString() !== last) {
      last = at.toDateString();
      const day = document.createElement("li");
      day.className = "direct__day";
      day.dataset["day"] = "";
      const words = document.createElement("span");
      words.textContent = dayWords(at, now);
      day.append(words);
      const mark = message.previousElementSibling;
      (mark?.matches("[data-new]") ? mark : message).before(day);
    }
    const clock = message.querySelector<HTMLTimeElement>("time[data-clock]");
    if (!clock) continue;
    clock.textContent = new Intl.DateTimeFormat(language, { hour: "numeric", minute: "2-digit" }).format(at);
    clock.title = fullTime(at);
  }
}

export class Inbox {
  private readonly opened = new WeakSet<HTMLElement>();
  private welcomed = false;
  private fetching = false;
  private again = false;
  private sending = false;
  /** How far the end was away before earlier messages came in above. */
  private fromEnd: number | null = null;
  private listTimer: ReturnType<typeof setTimeout> | undefined;

  constructor(socket: LiveSocket) {
    socket.on("frame", (frame) => this.frame(frame));
    socket.on("welcome", () => {
      // What came while there was no connection.
      if (this.welcomed) this.catchUp();
      this.welcomed = true;
    });
    // In the capture phase: before htmx sends the form.
    document.addEventListener("submit", (event) => this.submitted(event), { capture: true });
    document.addEventListener(
      "click",
      (event) => {
        if (!(event.target instanceof Element) || !event.target.closest("[data-to-newest]")) return;
        event.preventDefault();
        event.stopPropagation();
        scrollToEnd();
      },
      { capture: true },
    );
    document.addEventListener("keydown", (event) => {
      const { target } = event;
      if (event.key !== "Enter" || event.shiftKey || event.isComposing || !(target instanceof HTMLTextAreaElement)) return;
      if (!target.form?.matches("[data-direct-composer]")) return;
      event.preventDefault();
      target.form.requestSubmit();
    });
    document.addEventListener("input", ({ target }) => {
      const form = target instanceof HTMLTextAreaElement ? target.form : null;
      if (form?.matches("[data-direct-composer]")) this.refused(form, "");
    });
    document.addEventListener("visibilitychange", () => this.seen());
    document.addEventListener("scroll", () => this.seen(), { passive: true });
    document.body.addEventListener("htmx:beforeSwap", (event) => {
      const target = (event as CustomEvent<{ target?: Element }>).detail.target;
      if (target?.id === "earlier") this.fromEnd = document.documentElement.scrollHeight - window.scrollY;
    });
  }

  /** After load, and after each move. */
  refresh(): void {
    const page = pageOpen();
    if (!page) return;
    localise(page);
    if (this.fromEnd !== null) {
      window.scrollTo(0, document.documentElement.scrollHeight - this.fromEnd);
      this.fromEnd = null;
      page.querySelector<HTMLElement>("#earlier a")?.focus({ preventScroll: true });
    }
    if (this.opened.has(page)) return;
    this.opened.add(page);
    const messages = messagesIn(page);
    page.dataset["read"] = messages.at(-1)?.dataset["message"] ?? "0";
    // After htmx, which shows the top of a new page.
    if (page.dataset["isNewest"] !== undefined) setTimeout(scrollToEnd);
  }

  private frame(frame: Frame): void {
    if (frame.type === "direct.posted") this.posted(frame.data as Posted);
    else if (frame.type === "direct.deleted") this.deleted(frame.data as { id: string });
    else if (frame.type === "direct.read") this.list();
  }

  private posted({ conversation, message }: Posted): void {
    const page = pageOpen();
    const mine = sameUser(message.author.id, viewer());
    const open = page?.dataset["conversation"];
    if (page && open === conversation) this.catchUp();
    else if (page && !open && sameUser(page.dataset["person"], message.author.id)) this.begun(page);
    else if (document.querySelector("#main [data-inbox]")) this.list();
    else if (!mine) {
      const words = message.text || message.space?.title || t("A Space");
      const short = words.length > 80 ? `${words.slice(0, 79)}…` : words;
      toast(t("{name}: {words}", { name: firstName(message.author.name), words: short }), {
        action: { label: t("Open"), run: () => visit(`/inbox/${encodeURIComponent(conversation)}/`) },
      });
    }
  }

  /** The other one was first: the page becomes the conversation, unless something is being written on it. */
  private begun(page: HTMLElement): void {
    const draft = page.querySelector<HTMLTextAreaElement>("[data-direct-composer] textarea");
    if (!draft?.value) visit(location.pathname);
  }

  private deleted({ id }: { id: string }): void {
    const page = pageOpen();
    page?.querySelector(`[data-message="${CSS.escape(id)}"]`)?.remove();
    if (page) localise(page);
    this.list();
  }

  /** Bring the list of conversations up to date, if it is what one looks at. */
  private list(): void {
    clearTimeout(this.listTimer);
    this.listTimer = setTimeout(() => {
      const list = document.querySelector("#main [data-inbox]");
      if (list && !list.querySelector(".direct-to :focus")) refreshMain();
    }, LIST_MS);
  }

  /** Fetch what is newer than the last message on the page; asked meanwhile it looks once more. */
  private catchUp(): void {
    this.list();
    if (this.fetching) {
      this.again = true;
      return;
    }
    this.fetching = true;
    void this.fetchAll().finally(() => (this.fetching = false));
  }

  private async fetchAll(): Promise<void> {
    do {
      this.again = false;
      const page = pageOpen();
      if (!page?.dataset["conversation"] || page.dataset["isNewest"] === undefined) return;
      // Without a connection: once the socket is back.
      await this.fetchNewer(page).catch(() => undefined);
    } while (this.again);
  }

  private async fetchNewer(page: HTMLElement): Promise<void> {
    const last = messagesIn(page).at(-1)?.dataset["message"] ?? "0";
    const response = await fetch(`/inbox/${page.dataset["conversation"]}/?after=${last}`, { credentials: "same-origin" });
    if (!response.ok || response.redirected) return;
    const answer = document.createElement("template");
    answer.innerHTML = await response.text();
    if (!page.isConnected) return;
    if (answer.content.querySelector("[data-gap]")) return refreshMain();
    const there = new Set(messagesIn(page).map((message) => message.dataset["message"]));
    const added = messagesIn(answer.content).filter((message) => !there.has(message.dataset["message"]));
    if (added.length > 0) this.add(page, added);
  }

  private add(page: HTMLElement, added: HTMLElement[]): void {
    const follow = isNearEnd() || added.some((message) => message.dataset["mine"] !== undefined);
    page.querySelector("#direct")?.append(...added);
    page.querySelector(".conversation__start")?.remove();
    for (const message of added) {
      htmx.process(message);
      if (message.dataset["mine"] === undefined) announce(message.querySelector(".direct__bubble")?.textContent?.trim() ?? "");
    }
    localise(page);
    if (follow) scrollToEnd();
    const newest = page.querySelector<HTMLElement>("[data-to-newest]");
    if (newest) newest.hidden = follow;
    this.seen();
  }

  /** Tell the server what is on screen and was not before. */
  private seen(): void {
    const page = pageOpen();
    if (!page?.dataset["conversation"] || document.visibilityState !== "visible" || !isNearEnd()) return;
    const newest = page.querySelector<HTMLElement>("[data-to-newest]");
    if (newest) newest.hidden = true;
    const last = messagesIn(page).at(-1)?.dataset["message"];
    if (!last || !page.dataset["read"] || Number(last) <= Number(page.dataset["read"])) return;
    page.dataset["read"] = last;
    void conversationRead(page.dataset["conversation"], last).catch(() => undefined);
  }

  private submitted(event: SubmitEvent): void {
    const form = event.target;
    if (!(form instanceof HTMLFormElement)) return;
    const own = form.matches("[data-direct-composer]") ? this.send : form.matches("[data-direct-delete]") ? this.remove : null;
    if (!own) return;
    event.preventDefault();
    event.stopPropagation();
    void own.call(this, form);
  }

  /** Send what is written; what is refused stays to be sent again. */
  private async send(form: HTMLFormElement): Promise<void> {
    const page = pageOpen();
    const input = form.querySelector("textarea");
    if (!page || !input || this.sending || !input.value.trim()) return;
    const { conversation, handle } = page.dataset;
    const text = input.value;
    this.sending = true;
    form.setAttribute("aria-busy", "true");
    try {
      if (conversation) await answerIn(conversation, text);
      else await sendMessage(handle ?? "", text, null);
      this.refused(form, "");
      if (input.value === text) input.value = "";
      input.dispatchEvent(new Event("input", { bubbles: true }));
      if (conversation) this.catchUp();
      else visit(location.pathname);
    } catch (error) {
      const refusal = error instanceof ApiError ? (error.fields["text"]?.[0] ?? error.message) : "";
      this.refused(form, refusal || t("That did not work. Try again."));
    } finally {
      this.sending = false;
      form.removeAttribute("aria-busy");
    }
  }

  private refused(form: HTMLFormElement, words: string): void {
    const line = form.querySelector<HTMLElement>(".field__error");
    const said = line?.querySelector("span");
    if (!line || !said) return;
    said.textContent = words;
    line.hidden = words === "";
    const input = form.querySelector("textarea");
    if (words) input?.setAttribute("aria-invalid", "true");
    else input?.removeAttribute("aria-invalid");
  }

  private async remove(form: HTMLFormElement): Promise<void> {
    const page = pageOpen();
    const id = form.dataset["directDelete"] ?? "";
    const answer = await ask({
      name: "delete-direct",
      title: t("Delete this message?"),
      text: t("It is gone for both of you. This cannot be undone."),
      choices: [{ value: "yes", label: t("Delete"), kind: "danger" }],
      stay: t("Keep it"),
    });
    if (answer !== "yes" || !page) return;
    try {
      await deleteMessage(page.dataset["conversation"] ?? "", id);
      this.deleted({ id });
    } catch (error) {
      toast(error instanceof ApiError ? error.message : t("That did not work. Try again."), { kind: "error" });
    }
  }
}
