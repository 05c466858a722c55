// The admin's own script: what is on air follows by itself, and staff listen hidden.

import { t } from "./lib/words";
import type { AudioLink } from "./player/link";
import type { AudioAccess } from "./types";

// How often what is on air is read again.
const FOLLOW_MS = 5000;
// What is replaced by the newer page's.
const FOLLOWED = ["#live-now", "#changelist-form .results", "#changelist-form .paginator"];

async function follow(): Promise<void> {
  if (document.hidden) return;
  const answer = await fetch(location.href, { headers: { Accept: "text/html" } });
  if (!answer.ok || answer.redirected) return;
  const fresh = new DOMParser().parseFromString(await answer.text(), "text/html");
  for (const selector of FOLLOWED) {
    const old = document.querySelector(selector);
    const next = fresh.querySelector(selector);
    if (old && next && !old.contains(document.activeElement)) old.replaceWith(next);
  }
}

class Listening {
  private link: AudioLink | null = null;
  private busy = false;

  constructor(
    private readonly button: HTMLButtonElement,
    private readonly status: HTMLElement,
  ) {
    button.addEventListener("click", () => void this.toggle());
  }

  private async toggle(): Promise<void> {
    if (this.busy) return;
    this.busy = true;
    try {
      if (this.link) this.stop("");
      else await this.start();
    } catch {
      this.stop(t("That did not work. Try again."));
    } finally {
      this.busy = false;
    }
  }

  private async start(): Promise<void> {
    this.say(t("Connecting …"));
    const answer = await fetch(this.button.dataset["url"] ?? "", {
      method: "POST",
      headers: { "X-CSRFToken": this.button.dataset["csrf"] ?? "" },
    });
    if (!answer.ok) {
      const told = (await answer.json().catch(() => ({}))) as { message?: string };
      this.say(told.message ?? t("That did not work. Try again."));
      return;
    }
    const access = (await answer.json()) as AudioAccess;
    const { AudioLink } = await import("./player/link");
    const link = new AudioLink(access.room, { input: "", output: "" });
    this.link = link;
    link.on("lost", () => {
      if (this.link === link) this.stop(t("The sound has ended."));
    });
    await link.connect(access);
    this.button.textContent = t("Stop listening");
    this.button.setAttribute("aria-pressed", "true");
    this.say(t("You are listening, hidden."));
  }

  private stop(words: string): void {
    const link = this.link;
    this.link = null;
    void link?.close();
    this.button.textContent = t("Listen");
    this.button.setAttribute("aria-pressed", "false");
    this.say(words);
  }

  private say(words: string): void {
    this.status.textContent = words;
  }
}

const button = document.querySelector<HTMLButtonElement>("#listen");
const status = document.querySelector<HTMLElement>("#listening");
if (button && status) new Listening(button, status);
if (document.body.classList.contains("staff-live")) {
  setInterval(() => void follow().catch(() => undefined), FOLLOW_MS);
}
