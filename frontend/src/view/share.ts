// Sharing an address: copied, as a post, in a message, or by the system's own sheet where there is one.

import { html, nothing } from "lit-html";
import { repeat } from "lit-html/directives/repeat.js";
import { announce } from "../announce";
import { ApiError, conversations, findPeople, following, postFromSpace, sendMessage, writePost } from "../api";
import { t } from "../lib/words";
import type { Player } from "../player/player";
import { viewer } from "../player/state";
import type { Person } from "../types";
import { sharedLink } from "./came-from";
import { openSheet } from "./dialogs";
import type { OpenDialog } from "./dialogs";
import { icon } from "./icons";
import { menu } from "./menu";
import type { MenuItem } from "./menu";
import { avatar } from "./person";
import { toast } from "./toasts";

const POST_MAX = 280;
const PEOPLE_SHOWN = 30;
/** After the last keystroke. */
const TYPING_MS = 250;
const SPACE_PATH = /^\/spaces\/([0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12})\/$/;

interface Shared {
  url: string;
  title: string;
  /** The Space that the address leads to; "" for anything else. */
  space: string;
}

export async function copy(text: string, said = t("Copied")): Promise<void> {
  try {
    await navigator.clipboard.writeText(text);
    toast(said);
    announce(said);
  } catch {
    toast(t("The browser does not let this page copy. Here it is: {text}", { text }), { kind: "error" });
  }
}

/** Whether one is in this Space now: what is posted then shows in its room, too. */
let isInside: (space: string) => boolean = () => false;

export function startSharing(player: Player): void {
  isInside = (space) => player.state.phase === "live" && player.state.spaceId === space;
}

const problemOf = (error: unknown): string => (error instanceof ApiError ? error.message : t("That did not work. Try again."));

async function systemShare({ url, title }: Shared): Promise<void> {
  try {
    await navigator.share({ url, title });
  } catch (error) {
    // Closed by the person: nothing more to do.
    if (error instanceof DOMException && error.name === "AbortError") return;
    await copy(url, t("Link copied"));
  }
}

/** Open the sheet with all the ways to share; guests have the link and the system's own. */
export function share(url: string, title: string): void {
  const shared: Shared = { url, title, space: SPACE_PATH.exec(new URL(url, location.href).pathname)?.[1] ?? "" };
  // Cards are drawn of the plain link; what leaves the site says that it was shared.
  const outside: Shared = shared.space ? { ...shared, url: sharedLink(url) } : shared;
  const signedIn = viewer() !== null;
  const leadingOn = (run: () => void) => () => {
    dialog.close();
    run();
  };
  const all: [boolean, MenuItem][] = [
    [true, { name: "copy-link", label: t("Copy link"), icon: "copy", run: leadingOn(() => void copy(outside.url, t("Link copied"))) }],
    [signedIn, { name: "post-it", label: t("Post it"), icon: "pencil", hint: t("Whoever follows you sees it."), run: leadingOn(() => openPostIt(shared)) }],
    [signedIn, { name: "send-it", label: t("Send in a message"), icon: "mail", run: leadingOn(() => openSendIt(shared)) }],
    [
      typeof navigator.share === "function",
      { name: "system-share", label: t("Share…"), icon: "share", run: leadingOn(() => void systemShare(outside)) },
    ],
  ];
  const items = all.filter(([shown]) => shown).map(([, item]) => item);
  const dialog = openSheet({ name: "share", title: t("Share"), body: () => menu(items) });
}

function openPostIt(shared: Shared): void {
  // One writes before the link; at the end of a post it gives way to the card.
  let text = `\n${shared.url}`;
  let busy = false;
  let problem = "";

  const post = async (event: SubmitEvent, dialog: OpenDialog) => {
    event.preventDefault();
    if (busy) return;
    busy = true;
    problem = "";
    dialog.update();
    try {
      await (shared.space && isInside(shared.space) && text.trim()
        ? postFromSpace(shared.space, text)
        : writePost(text, shared.space || null));
      dialog.close();
      toast(t("Posted."));
      announce(t("Posted."));
      return;
    } catch (error) {
      problem = error instanceof ApiError ? (error.fields["text"]?.[0] ?? error.message) : problemOf(error);
    }
    busy = false;
    dialog.update();
  };

  const { element } = openSheet({
    name: "post-it",
    title: t("Post it"),
    body: (dialog) => {
      const used = Array.from(text.trim()).length;
      return html`<form class="form" novalidate @submit=${(event: SubmitEvent) => void post(event, dialog)}>
        <div class="field">
          <label class="field__label" for="post-it"
            ><span>${t("Your post")}</span><span class=${used > POST_MAX ? "field__count is-over" : "field__count"} aria-hidden="true">${used} / ${POST_MAX}</span></label
          >
          <textarea
            class="input"
            id="post-it"
            rows="4"
            .value=${text}
            aria-invalid=${problem ? "true" : nothing}
            @input=${(event: Event) => {
              text = (event.target as HTMLTextAreaElement).value;
              dialog.update();
            }}
          ></textarea>
          ${problem ? html`<p class="field__error" role="alert">${problem}</p>` : nothing}
          ${shared.space ? html`<p class="field__hint">${t("A card of “{title}” stands below it.", { title: shared.title })}</p>` : nothing}
        </div>
        <button class="button button--accent button--wide" data-act="post" ?disabled=${busy || used > POST_MAX || (used === 0 && !shared.space)}>
          ${busy ? t("Posting…") : t("Post")}
        </button>
      </form>`;
    },
  });
  const input = element.querySelector("textarea");
  input?.focus();
  input?.setSelectionRange(0, 0);
}

/** Each once, and never oneself. */
function unique(people: Person[]): Person[] {
  const known = new Set([viewer()]);
  return people.filter(({ id }) => !known.has(id) && known.add(id));
}

function openSendIt(shared: Shared): void {
  let near: Person[] = [];
  let found: Person[] = [];
  let query = "";
  let loading = true;
  let problem = "";
  const sent = new Set<string>();
  const sending = new Set<string>();
  let turn = 0;
  let timer: ReturnType<typeof setTimeout> | undefined;

  const matches = (person: Person) => `${person.name} ${person.handle}`.toLowerCase().includes(query.toLowerCase());

  const send = async (person: Person) => {
    sending.add(person.id);
    dialog.update();
    try {
      await sendMessage(person.handle, shared.space ? "" : shared.url, shared.space || null);
      sent.add(person.id);
      announce(t("Sent to {name}.", { name: person.name }));
    } catch (error) {
      toast(problemOf(error), { kind: "error" });
    }
    sending.delete(person.id);
    dialog.update();
  };

  const search = (text: string) => {
    query = text.trim().replace(/^@/, "");
    turn += 1;
    const mine = turn;
    clearTimeout(timer);
    found = [];
    loading = query.length > 1;
    dialog.update();
    if (query.length < 2) return;
    timer = setTimeout(() => {
      findPeople(query)
        .then((people) => mine === turn && (found = people))
        .catch(() => undefined)
        .finally(() => {
          if (mine !== turn) return;
          loading = false;
          dialog.update();
        });
    }, TYPING_MS);
  };

  const row = (person: Person) => html`<li class="person" data-user=${person.id}>
    ${avatar(person, 40)}
    <span class="person__text"><span class="strong clip">${person.name}</span><span class="muted small clip">@${person.handle}</span></span>
    <button
      type="button"
      class=${sent.has(person.id) ? "button button--quiet" : "button"}
      data-act="send"
      aria-label=${sent.has(person.id) ? t("Sent to {name}", { name: person.name }) : t("Send to {name}", { name: person.name })}
      ?disabled=${sent.has(person.id) || sending.has(person.id)}
      @click=${() => void send(person)}
    >
      ${sent.has(person.id) ? t("Sent") : t("Send")}
    </button>
  </li>`;

  function body() {
    const people = unique([...near.filter(matches), ...found]).slice(0, PEOPLE_SHOWN);
    const nobody = query ? t("Nobody is called that.") : t("People you follow and have written with appear here. Search for anybody else.");
    return html`<label class="search"
        >${icon("people")}<span class="visually-hidden">${t("Find somebody")}</span
        ><input class="input" type="search" placeholder=${t("Find by name or handle")} autocomplete="off" @input=${(event: Event) => search((event.target as HTMLInputElement).value)}
      /></label>
      ${people.length > 0
        ? html`<ul class="people share-people">
            ${repeat(people, (person) => person.id, row)}
          </ul>`
        : nothing}
      ${loading && people.length === 0 ? html`<div class="calm" aria-hidden="true"><span class="skeleton skeleton--line"></span></div>` : nothing}
      ${!loading && people.length === 0 ? html`<p class="calm">${problem || nobody}</p>` : nothing}`;
  }

  const dialog = openSheet({ name: "send-it", title: t("Send in a message"), body });
  const handle = document.body.dataset["userHandle"] ?? "";
  Promise.all([conversations(), following(handle)])
    .then(([recent, followed]) => {
      near = unique([...recent.results.map((one) => one.person), ...followed.results]);
    })
    .catch((error: unknown) => {
      problem = problemOf(error);
    })
    .finally(() => {
      if (query.length < 2) loading = false;
      dialog.update();
    });
}
