// A person's picture, wherever the browser draws one: the markup of templates/components/avatar.html.

import { html, nothing } from "lit-html";
import type { TemplateResult } from "lit-html";
import { initials } from "../lib/format";
import type { Person } from "../types";

export type AvatarSize = 24 | 32 | 36 | 40 | 48 | 72 | 96;

/** The colour behind initials: the same for a person everywhere. */
function hue(person: Person): number {
  return (Number.parseInt(person.id, 10) || 0) % 12;
}

/** Round picture or initials, inside something that is a link or names the person itself. */
export function avatar(person: Person, size: AvatarSize): TemplateResult {
  return html`<span class="avatar avatar--${size} avatar--hue-${hue(person)}" aria-hidden="true"
    >${person.picture
      ? html`<img class="avatar__picture" src=${person.picture} alt="" width=${size} height=${size} decoding="async" />`
      : html`<span class="avatar__initials">${initials(person.name)}</span>`}</span
  >`;
}

export function profilePath(person: Person): string {
  return `/@${encodeURIComponent(person.handle)}/`;
}

/** Where one writes to them. */
export function messagePath(person: Person): string {
  return `${profilePath(person)}message/`;
}

/** Up to three overlapping faces. */
export function faces(people: Person[], size: AvatarSize): TemplateResult | typeof nothing {
  if (people.length === 0) return nothing;
  return html`<span class="faces" aria-hidden="true">${people.slice(0, 3).map((person) => avatar(person, size))}</span>`;
}

/** A row of a list of people; a tap on it opens the person. */
export function personRow(person: Person, open: () => void, mark: string): TemplateResult {
  return html`<li>
    <button type="button" class="person person--button" data-user=${person.id} @click=${open}>
      ${avatar(person, 40)}
      <span class="person__text">
        <span class="person__name clip">${person.name}</span>
        <span class="muted small clip">@${person.handle}</span>
      </span>
      ${mark ? html`<span class="badge">${mark}</span>` : nothing}
    </button>
  </li>`;
}
