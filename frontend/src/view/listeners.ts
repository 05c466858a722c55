// Who listens: a page at a time from the API, never broadcast; searched by the beginning of name or handle.

import { html, nothing } from "lit-html";
import { repeat } from "lit-html/directives/repeat.js";
import { ApiError, nextPage, spaceListeners } from "../api";
import { t, tn } from "../lib/words";
import { viewer } from "../player/state";
import type { Parts } from "../room/parts";
import type { Listener, Page, Person, Snapshot } from "../types";
import { sameUser } from "../types";
import { icon } from "./icons";
import { openLiveSheet, isSheetOpen } from "./live-sheet";
import { personRow } from "./person";
import { openPerson } from "./person-sheet";

/** After the last keystroke. */
const TYPING_MS = 250;
/** Fewer fit on a screen anyway. */
const SEARCH_FROM = 8;

const skeleton = html`<ul class="people" aria-hidden="true">
  ${[1, 2, 3].map(
    () => html`<li class="person">
      <span class="avatar avatar--40 skeleton"></span><span class="person__text"><span class="skeleton skeleton--line"></span></span>
    </li>`,
  )}
</ul>`;

function markOf(person: Listener, snapshot: Snapshot | null): string {
  const here = (rows: Person[] | null | undefined) => rows?.some((row) => sameUser(row.id, person.id)) ?? false;
  if (sameUser(person.id, viewer())) return t("You");
  if (here(snapshot?.queue)) return t("Asks to speak");
  if (here(snapshot?.invitations)) return t("Invited");
  return person.is_following ? t("Following") : "";
}

export function openListeners(parts: Parts): void {
  const { player } = parts;
  const { spaceId } = player.state;
  if (!player.state.snapshot || isSheetOpen("listeners")) return;
  let people: Listener[] = [];
  let next: string | null = null;
  let loading = true;
  let problem = "";
  let query = "";
  /** Rises with each search: the answer to an older one is void. */
  let turn = 0;
  let timer: ReturnType<typeof setTimeout> | undefined;

  const dialog = openLiveSheet(parts, { name: "listeners", title: t("Listeners"), body: () => body() });

  async function load(page: () => Promise<Page<Listener>>, anew: boolean): Promise<void> {
    turn += 1;
    const mine = turn;
    loading = true;
    problem = "";
    dialog.update();
    try {
      const answer = await page();
      if (mine !== turn) return;
      const known = new Set(anew ? [] : people.map((person) => String(person.id)));
      people = [...(anew ? [] : people), ...answer.results.filter((person) => !known.has(String(person.id)))];
      next = answer.next;
    } catch (error) {
      if (mine !== turn) return;
      problem = error instanceof ApiError ? error.message : t("The list could not be loaded.");
    }
    loading = false;
    dialog.update();
  }

  function search(text: string): void {
    query = text.trim();
    clearTimeout(timer);
    timer = setTimeout(() => void load(() => spaceListeners(spaceId, query), true), TYPING_MS);
  }

  function searchField(count: number) {
    if (count < SEARCH_FROM && !query) return nothing;
    return html`<label class="search"
          >${icon("people")}<span class="visually-hidden">${t("Find a listener")}</span
          ><input
            class="input"
            type="search"
            placeholder=${t("Find by name or handle")}
            autocomplete="off"
            @input=${(event: Event) => search((event.target as HTMLInputElement).value)}
        /></label>`;
  }

  function body() {
    const { snapshot } = player.state;
    const count = snapshot?.listeners ?? 0;
    const nobody = query ? t("Nobody here is called that.") : t("Nobody else is listening yet. Share the Space to bring people in.");
    return html`
      <p class="muted number">${tn("{count} person is listening", "{count} people are listening", count)}</p>
      ${searchField(count)}
      ${people.length > 0
        ? html`<ul class="people">
            ${repeat(
              people,
              (person) => person.id,
              (person) => personRow(person, () => openPerson(parts, person), markOf(person, snapshot)),
            )}
          </ul>`
        : nothing}
      ${loading && people.length === 0 ? skeleton : nothing}
      ${!loading && !problem && people.length === 0 ? html`<p class="muted">${nobody}</p>` : nothing}
      ${problem
        ? html`<p class="field__error" role="alert">${problem}</p>
            <button type="button" class="button button--quiet" @click=${() => void load(() => spaceListeners(spaceId, query), true)}>
              ${t("Try again")}
            </button>`
        : nothing}
      ${next && !problem
        ? html`<button
            type="button"
            class="button button--quiet button--wide"
            ?disabled=${loading}
            @click=${() => next && void load(() => nextPage<Listener>(next ?? ""), false)}
          >
            ${loading ? t("Loading…") : t("Show more")}
          </button>`
        : nothing}
    `;
  }
  void load(() => spaceListeners(spaceId), true);
}
