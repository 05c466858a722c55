// Who asks to speak, first come first; for host and co-hosts.

import { html, nothing } from "lit-html";
import { repeat } from "lit-html/directives/repeat.js";
import { can } from "../acts";
import { announce } from "../announce";
import { ApiError, profile } from "../api";
import { firstName } from "../lib/format";
import { t, tn } from "../lib/words";
import type { Parts } from "../room/parts";
import type { QueuedRequest, SentInvitation } from "../types";
import { act } from "./act";
import { ask } from "./dialogs";
import { icon } from "./icons";
import { openLiveSheet } from "./live-sheet";
import { avatar } from "./person";
import { openPerson } from "./person-sheet";
import { toast } from "./toasts";

/** "12 followers · spoke in 3 Spaces". */
function history(request: QueuedRequest): string {
  const { follower_count: followers, times_spoken: times } = request;
  const spoke = times > 0 ? tn("spoke in {count} Space before", "spoke in {count} Spaces before", times) : t("speaks for the first time");
  return [tn("{count} follower", "{count} followers", followers), spoke].join(" · ");
}

function requestRow(parts: Parts, request: QueuedRequest) {
  const { player } = parts;
  const name = firstName(request.name);
  return html`<li class="asker" data-user=${request.id}>
    <button type="button" class="asker__who" @click=${() => openPerson(parts, request)}>
      ${avatar(request, 48)}
      <span class="asker__text">
        <span class="asker__name clip">${request.name}</span>
        ${request.pitch ? html`<span class="asker__pitch">${request.pitch}</span>` : nothing}
        <span class="muted small">${history(request)}</span>
      </span>
    </button>
    <span class="asker__answers">
      <button
        type="button"
        class="button button--quiet button--icon"
        data-act="decline"
        aria-label=${t("Decline {name}", { name })}
        @click=${() => void act(player, "stage.request_decline", { user: request.id })}
      >
        ${icon("close")}
      </button>
      <button
        type="button"
        class="button button--icon"
        data-act="accept"
        aria-label=${t("Let {name} speak", { name })}
        @click=${() => void act(player, "stage.request_accept", { user: request.id })}
      >
        ${icon("check")}
      </button>
    </span>
  </li>`;
}

function invitedRow(parts: Parts, invited: SentInvitation) {
  return html`<li class="asker" data-user=${invited.id}>
    <button type="button" class="asker__who" @click=${() => openPerson(parts, invited)}>
      ${avatar(invited, 40)}
      <span class="asker__text">
        <span class="asker__name clip">${invited.name}</span>
        <span class="muted small">${invited.role === "cohost" ? t("Invited as co-host") : t("Invited to speak")}</span>
      </span>
    </button>
  </li>`;
}

async function clearAll(parts: Parts, count: number): Promise<void> {
  const answer = await ask({
    name: "clear",
    title: t("Clear all requests?"),
    text: tn(
      "{count} person will be told that it is not their turn. They can ask again.",
      "{count} people will be told that it is not their turn. They can ask again.",
      count,
    ),
    choices: [{ value: "yes", label: t("Clear all"), kind: "danger" }],
    stay: t("Keep them"),
  });
  if (answer === "yes") await act(parts.player, "stage.requests_clear");
}

/** Invite somebody who is not in sight: followers outside of the Space can be invited, too. */
async function inviteByHandle(parts: Parts, event: SubmitEvent): Promise<void> {
  event.preventDefault();
  const form = event.target as HTMLFormElement;
  const handle = String(new FormData(form).get("handle") ?? "").trim().replace(/^@/, "");
  if (!handle) return;
  try {
    const person = await profile(handle);
    if (!(await act(parts.player, "stage.invite", { user: person.id }))) return;
    form.reset();
    toast(t("{name} is invited to speak.", { name: firstName(person.name) }));
  } catch (error) {
    const text = error instanceof ApiError && error.status === 404 ? t("There is no @{handle} here.", { handle }) : (error as Error).message;
    toast(text, { kind: "error" });
  }
}

export function openQueue(parts: Parts): void {
  openLiveSheet(parts, {
    name: "queue",
    title: t("Asking to speak"),
    body: (dialog) => {
      const { snapshot } = parts.player.state;
      const queue = snapshot?.queue;
      if (!queue) {
        // No host any more: the sheet was somebody else's.
        queueMicrotask(() => dialog.close());
        return nothing;
      }
      const invitations = snapshot?.invitations ?? [];
      return html`${queue.length > 0
          ? html`<ul class="askers">
              ${repeat(
                queue,
                (request) => request.id,
                (request) => requestRow(parts, request),
              )}
            </ul>`
          : html`<p class="calm">${icon("hand", 24)}<span>${t("Nobody is asking right now. Hands show up here as they rise.")}</span></p>`}
        ${queue.length > 1 && can(snapshot, "stage.requests_clear")
          ? html`<button
              type="button"
              class="button button--quiet button--wide"
              data-act="clear"
              @click=${() => void clearAll(parts, queue.length)}
            >
              ${t("Clear all")}
            </button>`
          : nothing}
        ${invitations.length > 0
          ? html`<h3 class="sheet__part">${t("Invited")}</h3>
              <ul class="askers">
                ${repeat(
                  invitations,
                  (invited) => invited.id,
                  (invited) => invitedRow(parts, invited),
                )}
              </ul>`
          : nothing}
        ${can(snapshot, "stage.invite")
          ? html`<form class="invite-by-handle" @submit=${(event: SubmitEvent) => void inviteByHandle(parts, event)}>
              <div class="field">
                <label class="field__label" for="invite-handle">${t("Invite a follower")}</label>
                <div class="input-prefix">
                  <span aria-hidden="true">@</span
                  ><input class="input" id="invite-handle" name="handle" placeholder=${t("handle")} autocomplete="off" autocapitalize="none" spellcheck="false" />
                </div>
              </div>
              <button class="button button--quiet" data-act="invite-handle">${t("Invite")}</button>
            </form>`
          : nothing}`;
    },
  });
}

/** Say who asks: to screen readers, and in passing to a host who does not have the room in sight. */
export function followQueue(parts: Parts): void {
  parts.player.on("frame", (frame) => {
    if (frame.type !== "request.added") return;
    const { request } = frame.data as { request: QueuedRequest };
    const words = t("{name} asks to speak.", { name: firstName(request.name) });
    announce(words);
    if (!parts.player.state.roomOpen) toast(words, { action: { label: t("Show"), run: () => openQueue(parts) } });
  });
}
