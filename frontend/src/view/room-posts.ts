// Posts about the Space one is in: reading, writing, and for the hosts pinning them under the room's head.

import { html, nothing } from "lit-html";
import { repeat } from "lit-html/directives/repeat.js";
import { can } from "../acts";
import { ApiError, addPin, deletePost, nextPage, spacePosts } from "../api";
import { fullTime, relativeTime } from "../lib/format";
import { t } from "../lib/words";
import { isGuest, viewer } from "../player/state";
import type { Parts } from "../room/parts";
import { withPostFrame, withPostPage } from "../room/posts-state";
import type { CommandError } from "../socket";
import type { Page, RoomPost } from "../types";
import { sameUser } from "../types";
import { ask } from "./dialogs";
import { signUpPath } from "./guest";
import { icon } from "./icons";
import { openLiveSheet, isSheetOpen } from "./live-sheet";
import { avatar } from "./person";
import { openReport } from "./report";
import { toast } from "./toasts";

const POST_MAX = 280;
const PIN_TITLE_MAX = 120;
const PINS_MOST = 3;

const postPath = (post: RoomPost): string => `/posts/${encodeURIComponent(post.id)}/`;
const postUrl = (post: RoomPost): string => new URL(postPath(post), location.href).href;
/** Without the link to the Space one is in. */
const textOf = (post: RoomPost, space: string): string =>
  post.text.replace(new RegExp(`(?:https?://\\S+)?/spaces/${space}/?(?=\\s|$)`, "g"), "").trim() || t("Shared this Space.");
const wordsOf = (error: unknown): string => (error instanceof ApiError ? error.message : t("That did not work. Try again."));

export function openPosts(parts: Parts): void {
  const { player } = parts;
  const { spaceId } = player.state;
  if (!player.state.snapshot || isSheetOpen("posts")) return;
  let posts: RoomPost[] = [];
  let next: string | null = null;
  let loading = true;
  let problem = "";
  let draft = "";
  let posting = false;
  let refused = "";

  const stop = player.on("frame", (frame) => {
    const { post: added } = (frame.data ?? {}) as { post?: RoomPost };
    if (frame.type === "post.added" && added && parts.mutes.has(added.author.id)) return;
    const after = withPostFrame(posts, frame, spaceId);
    if (after === posts) return;
    posts = after;
    dialog.update();
  });
  const dialog = openLiveSheet(parts, { name: "posts", title: t("Posts"), body: () => body(), onClose: () => stop() });

  async function load(page: () => Promise<Page<RoomPost>>): Promise<void> {
    loading = true;
    problem = "";
    dialog.update();
    try {
      const answer = await page();
      posts = withPostPage(posts, answer);
      next = answer.next;
    } catch (error) {
      problem = wordsOf(error);
    }
    loading = false;
    dialog.update();
  }

  async function post(event: SubmitEvent): Promise<void> {
    event.preventDefault();
    const text = draft.trim();
    if (!text || posting) return;
    posting = true;
    refused = "";
    dialog.update();
    try {
      await player.command("space.post", { text });
      draft = "";
    } catch (error) {
      refused = (error as CommandError).message;
    }
    posting = false;
    dialog.update();
  }

  async function pin(one: RoomPost): Promise<void> {
    const words = Array.from(textOf(one, spaceId).replace(/\s+/g, " "));
    const title = words.length > PIN_TITLE_MAX ? `${words.slice(0, PIN_TITLE_MAX - 1).join("")}…` : words.join("");
    try {
      await addPin(spaceId, { url: postUrl(one), title });
      toast(t("Pinned for everyone here."));
    } catch (error) {
      toast(wordsOf(error), { kind: "error" });
    }
  }

  async function remove(one: RoomPost): Promise<void> {
    const answer = await ask({
      name: "delete-post",
      title: t("Delete this post?"),
      text: t("It disappears for everybody, here and on timelines. This cannot be undone."),
      choices: [{ value: "yes", label: t("Delete"), kind: "danger" }],
      stay: t("Keep it"),
    });
    if (answer !== "yes") return;
    try {
      await deletePost(one.id);
      posts = posts.filter((other) => other.id !== one.id);
      dialog.update();
    } catch (error) {
      toast(wordsOf(error), { kind: "error" });
    }
  }

  function composer() {
    const { state } = player;
    if (isGuest(state)) {
      return html`<p class="room-posts__closed"><a class="button button--quiet" href=${signUpPath()} hx-boost="false">${t("Sign up to post")}</a></p>`;
    }
    if (!can(state.snapshot, "space.post")) return nothing;
    const used = Array.from(draft.trim()).length;
    return html`<form class="room-posts__form" @submit=${(event: SubmitEvent) => void post(event)}>
      <label class="field__label" for="room-post"
        ><span>${t("Post about this Space")}</span><span class=${used > POST_MAX ? "field__count is-over" : "field__count"} ?hidden=${used === 0}>${used} / ${POST_MAX}</span></label
      >
      <textarea
        class="input"
        id="room-post"
        rows="2"
        placeholder=${t("What is it about? Your followers see it, too.")}
        .value=${draft}
        aria-invalid=${used > POST_MAX || refused ? "true" : nothing}
        @input=${(event: Event) => {
          draft = (event.target as HTMLTextAreaElement).value;
          refused = "";
          dialog.update();
        }}
      ></textarea>
      ${refused ? html`<p class="field__error" role="alert">${refused}</p>` : nothing}
      <button class="button" data-act="post" ?disabled=${posting || used === 0 || used > POST_MAX}>${posting ? t("Posting…") : t("Post")}</button>
    </form>`;
  }

  function row(one: RoomPost) {
    const { snapshot } = player.state;
    const at = new Date(one.created_at);
    const pinned = snapshot?.pins.some((known) => known.url === postUrl(one)) ?? false;
    const mayPin = can(snapshot, "space.pin") && !pinned && (snapshot?.pins.length ?? 0) < PINS_MOST;
    return html`<li class="room-posts__post" data-post=${one.id}>
      ${avatar(one.author, 36)}
      <div class="room-posts__body">
        <p class="message__head">
          <span class="message__name clip">${one.author.name}</span>
          <a class="muted small" href=${postPath(one)}
            ><time data-relative datetime=${one.created_at} title=${fullTime(at)}>${relativeTime(at, new Date())}</time></a
          >
        </p>
        <p class="message__text" dir="auto">${textOf(one, spaceId)}</p>
        <div class="room-posts__acts">
          ${pinned ? html`<span class="badge">${icon("pin", 16)}${t("Pinned")}</span>` : nothing}
          ${mayPin
            ? html`<button type="button" class="button button--plain" data-act="pin-post" aria-label=${t("Pin the post of {name}", { name: one.author.name })} @click=${() => void pin(one)}>
                ${icon("pin", 16)}${t("Pin")}
              </button>`
            : nothing}
          ${sameUser(one.author.id, viewer())
            ? html`<button type="button" class="button button--plain" data-act="delete-post" aria-label=${t("Delete this post")} @click=${() => void remove(one)}>
                ${icon("trash", 16)}${t("Delete")}
              </button>`
            : viewer()
              ? html`<button
                  type="button"
                  class="button button--plain"
                  data-act="report-post"
                  aria-label=${t("Report the post of {name}", { name: one.author.name })}
                  @click=${() => openReport({ kind: "post", id: one.id, name: one.author.name, handle: one.author.handle })}
                >
                  ${icon("flag", 16)}${t("Report")}
                </button>`
              : nothing}
        </div>
      </div>
    </li>`;
  }

  function body() {
    return html`${composer()}
      ${posts.length > 0
        ? html`<ol class="room-posts" aria-label=${t("Posts about this Space")}>
            ${repeat(posts, (one) => one.id, row)}
          </ol>`
        : nothing}
      ${loading && posts.length === 0 ? html`<div class="calm" aria-hidden="true"><span class="skeleton skeleton--line"></span></div>` : nothing}
      ${!loading && !problem && posts.length === 0 ? html`<p class="calm">${icon("pencil", 24)}<span>${t("Nobody has posted about this Space yet.")}</span></p>` : nothing}
      ${problem
        ? html`<p class="field__error" role="alert">${problem}</p>
            <button type="button" class="button button--quiet" @click=${() => void load(() => spacePosts(spaceId))}>${t("Try again")}</button>`
        : nothing}
      ${next && !problem
        ? html`<button type="button" class="button button--quiet button--wide" ?disabled=${loading} @click=${() => next && void load(() => nextPage<RoomPost>(next ?? ""))}>
            ${loading ? t("Loading…") : t("Show more")}
          </button>`
        : nothing}`;
  }
  void load(() => spacePosts(spaceId));
}
