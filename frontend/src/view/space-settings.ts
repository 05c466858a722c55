// The settings of the Space one runs, changed while it is live; they count at once.

import { html, nothing } from "lit-html";
import { can } from "../acts";
import { ApiError, editSpace, topics as allTopics } from "../api";
import { t, tn } from "../lib/words";
import type { Parts } from "../room/parts";
import type { MessagePolicy, Space, SpeakPolicy, Topic } from "../types";
import { act } from "./act";
import { openLiveSheet } from "./live-sheet";
import { toast } from "./toasts";

const TITLE_MAX = 70;
const RULES_MAX = 1000;
const TOPICS_MOST = 3;

const SPEAK: [SpeakPolicy, string][] = [
  ["everyone", t("Everyone may ask")],
  ["following", t("People the host follows may ask")],
  ["invited", t("Only people you invite")],
];
const WRITE: [MessagePolicy, string][] = [
  ["everyone", t("Everyone")],
  ["followers", t("Followers of the host")],
  ["off", t("Nobody")],
];

type Switch = "guests_allowed" | "strict_messages" | "captions_wanted" | "captions_masked" | "clips_allowed";
type Typed = Pick<Space, "title" | "rules" | "speak_policy" | "message_policy" | Switch> & {
  topics: string[];
  blocked_words: string[];
};

/** The words of a list as it is typed, with commas or new lines between them. */
function wordsIn(text: string): string[] {
  return text
    .split(/[,;\n]/)
    .map((word) => word.trim())
    .filter(Boolean);
}

function typedOf(form: HTMLFormElement): Typed {
  const data = new FormData(form);
  return {
    title: String(data.get("title") ?? ""),
    rules: String(data.get("rules") ?? "").replaceAll("\r\n", "\n"),
    speak_policy: data.get("speak_policy") as SpeakPolicy,
    message_policy: data.get("message_policy") as MessagePolicy,
    guests_allowed: data.get("guests_allowed") === "on",
    strict_messages: data.get("strict_messages") === "on",
    captions_wanted: data.get("captions_wanted") === "on",
    captions_masked: data.get("captions_masked") === "on",
    clips_allowed: data.get("clips_allowed") === "on",
    blocked_words: wordsIn(String(data.get("blocked_words") ?? "")),
    topics: data.getAll("topics").map(String),
  };
}

/** Only what differs from `before`: what a co-host changed meanwhile stays as they set it. */
export function changesOf(before: Typed, typed: Typed): Partial<Typed> {
  const changed = (Object.keys(typed) as (keyof Typed)[]).filter(
    (name) => JSON.stringify(name === "topics" ? [...typed.topics].sort() : typed[name]) !==
      JSON.stringify(name === "topics" ? [...before.topics].sort() : before[name]),
  );
  return Object.fromEntries(changed.map((name) => [name, typed[name]]));
}

export function openSpaceSettings(parts: Parts): void {
  const { player } = parts;
  const start = player.state.snapshot?.space;
  if (!start) return;
  const before: Typed = { ...start, topics: start.topics.map((topic) => topic.slug), blocked_words: player.state.snapshot?.blocked_words ?? [] };
  let topics: Topic[] = start.topics;
  let wrong: Record<string, string[]> = {};
  let busy = false;

  const save = async (event: SubmitEvent, update: () => void, close: () => void) => {
    event.preventDefault();
    if (busy) return;
    const changes = changesOf(before, typedOf(event.target as HTMLFormElement));
    if (Object.keys(changes).length === 0) return close();
    busy = true;
    wrong = {};
    update();
    try {
      await editSpace(player.state.spaceId, changes);
      close();
      toast(t("Saved. It counts from now on."));
    } catch (error) {
      wrong = error instanceof ApiError && Object.keys(error.fields).length > 0 ? error.fields : { "": [(error as Error).message] };
    }
    busy = false;
    update();
    const first = Object.keys(wrong)[0];
    if (first) dialog.element.querySelector<HTMLElement>(`[name="${CSS.escape(first)}"]`)?.focus();
  };

  const errors = (name: string) => (wrong[name] ?? []).map((text) => html`<p class="field__error" role="alert">${text}</p>`);

  const radios = (name: "speak_policy" | "message_policy", legend: string, choices: [string, string][]) =>
    html`<fieldset class="field">
      <legend class="field__label">${legend}</legend>
      <div class="panel panel--tight checks">
        ${choices.map(
          ([value, label]) =>
            html`<label class="check"
              ><input type="radio" name=${name} value=${value} ?checked=${before[name] === value} /><span class="check__text">${label}</span></label
            >`,
        )}
      </div>
      ${errors(name)}
    </fieldset>`;

  const toggle = (name: Switch, label: string, hint: string) =>
    html`<label class="switch">
      <span class="check__text"><span class="strong">${label}</span><span class="muted small">${hint}</span></span>
      <input type="checkbox" role="switch" name=${name} ?checked=${before[name]} />
    </label>`;

  const count = (id: string, used: number, max: number) =>
    html`<span class="field__count" data-count-for=${id} data-max=${max} aria-hidden="true">${used} / ${max}</span>`;

  const dialog = openLiveSheet(parts, {
    name: "space-settings",
    title: t("Space settings"),
    body: ({ update, close }) => {
      const { snapshot } = player.state;
      if (!snapshot || !can(snapshot, "space.edit")) {
        queueMicrotask(() => close());
        return nothing;
      }
      const { locked } = snapshot.space;
      return html`<form class="form" novalidate @submit=${(event: SubmitEvent) => void save(event, update, () => close())}>
        ${can(snapshot, "space.lock")
          ? html`<label class="switch">
              <span class="check__text"
                ><span class="strong">${t("Lock the Space")}</span><span class="muted small">${t("Nobody new comes in. Who is or was here may come back.")}</span></span
              >
              <input
                type="checkbox"
                role="switch"
                .checked=${locked}
                data-act="lock"
                @change=${(event: Event) => {
                  const box = event.target as HTMLInputElement;
                  void act(player, "space.lock", { locked: box.checked }).then((done) => {
                    if (!done) box.checked = !box.checked;
                  });
                }}
              />
            </label>`
          : nothing}
        <div class="field">
          <label class="field__label" for="space-title"><span>${t("Title")}</span>${count("space-title", Array.from(before.title).length, TITLE_MAX)}</label>
          <input class="input" id="space-title" name="title" .defaultValue=${before.title} maxlength=${TITLE_MAX} autocomplete="off" aria-invalid=${wrong["title"] ? "true" : nothing} />
          ${errors("title")}
        </div>
        ${radios("speak_policy", t("Who may speak"), SPEAK)} ${radios("message_policy", t("Who may write in the chat"), WRITE)}
        ${toggle("strict_messages", t("Hold messages of new accounts"), t("You or a co-host let each through, or not."))}
        <div class="field">
          <label class="field__label" for="space-words"
            ><span>${t("Words not allowed in the chat")} <span class="muted">${t("(only you and co-hosts see them)")}</span></span></label
          >
          <textarea
            class="input"
            id="space-words"
            name="blocked_words"
            maxlength="700"
            .defaultValue=${before.blocked_words.join(", ")}
            placeholder=${t("spam, buy now, idiot*")}
            aria-describedby="space-words-hint"
            aria-invalid=${wrong["blocked_words"] ? "true" : nothing}
          ></textarea>
          <p class="muted small" id="space-words-hint">${t("With commas between them. A * at the end stands for any ending.")}</p>
          ${errors("blocked_words")}
        </div>
        ${toggle("guests_allowed", t("Guests may listen"), t("Anyone with the link hears you, without an account."))}
        ${toggle("captions_wanted", t("Live captions"), t("What is said is written along, for whoever turns captions on."))}
        ${toggle("captions_masked", t("Mask offensive words in captions"), t("Rough captions mishear, and are always masked."))}
        ${toggle("clips_allowed", t("Listeners may make clips"), t("Up to 30 seconds to share, of what is recorded."))}
        <div class="field">
          <label class="field__label" for="space-rules"
            ><span>${t("Rules")} <span class="muted">${t("(shown to whoever comes in)")}</span></span>${count("space-rules", Array.from(before.rules).length, RULES_MAX)}</label
          >
          <textarea class="input" id="space-rules" name="rules" maxlength=${RULES_MAX} .defaultValue=${before.rules} placeholder=${t("Be kind. One at a time.")}></textarea>
          ${errors("rules")}
        </div>
        ${topics.length > 0
          ? html`<fieldset class="field" data-max-checked=${TOPICS_MOST}>
              <legend class="field__label">${tn("Topics, up to {count}", "Topics, up to {count}", TOPICS_MOST)}</legend>
              <div class="chips">
                ${topics.map(
                  (topic) =>
                    html`<label class="chip-choice"
                      ><input type="checkbox" name="topics" value=${topic.slug} ?checked=${before.topics.includes(topic.slug)} /><span class="chip">${topic.name}</span></label
                    >`,
                )}
              </div>
              ${errors("topics")}
            </fieldset>`
          : nothing}
        ${errors("")}
        <div class="sheet__foot">
          <button class="button button--accent button--wide" data-act="save" ?disabled=${busy}>${busy ? t("Saving…") : t("Save")}</button>
        </div>
      </form>`;
    },
  });
  void allTopics()
    .then((found) => {
      topics = found;
      dialog.update();
    })
    .catch(() => undefined);
}
