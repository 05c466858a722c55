// The transcript in step with the sound: the line that is heard is marked and kept in sight; a tap on a line leads there.

import { html, render } from "lit-html";
import { t } from "../lib/words";
import { turnsOf, clockOf, lineAt } from "../replay/steps";
import type { Line } from "../replay/steps";
import { icon } from "./icons";

export class Transcript {
  private readonly rows: HTMLElement[];
  private readonly scroller: HTMLElement;
  private readonly follow: HTMLButtonElement;
  private current = -1;
  /** Whoever scrolls reads on by themselves, until they ask to be led again. */
  private following = true;

  constructor(
    root: HTMLElement,
    private readonly lines: Line[],
    onJump: (ms: number) => void,
  ) {
    const holder = root.appendChild(document.createElement("div"));
    holder.className = "transcript__holder";
    // Drawn once, however long it is; browsers lay out what is in sight alone (content-visibility).
    render(
      html`<div class="transcript__scroller" tabindex="0" role="region" aria-label=${t("Transcript")}>
          ${turnsOf(lines).map(
            (turn) =>
              html`<div class="turn">
                <p class="turn__who"><span class="strong">${turn.name}</span> <span class="number muted small">${clockOf(turn.starts_ms)}</span></p>
                ${lines.slice(turn.first, turn.last + 1).map(
                  (line) =>
                    html`<button type="button" class="turn__line" data-line=${line.id} dir="auto" @click=${() => this.jump(line, onJump)}>${line.text}</button>`,
                )}
              </div>`,
          )}
        </div>
        <button type="button" class="button transcript__follow" hidden @click=${() => this.lead()}>${icon("chevron-down")}${t("Follow along")}</button>`,
      holder,
    );
    this.scroller = holder.querySelector(".transcript__scroller") as HTMLElement;
    this.follow = holder.querySelector(".transcript__follow") as HTMLButtonElement;
    this.rows = [...holder.querySelectorAll<HTMLElement>(".turn__line")];
    for (const name of ["wheel", "touchmove"]) this.scroller.addEventListener(name, () => this.leave(), { passive: true });
    this.scroller.addEventListener("keydown", (event) => {
      if (["ArrowUp", "ArrowDown", "PageUp", "PageDown", "Home", "End"].includes(event.key)) this.leave();
    });
  }

  /** Mark what is heard at `ms`. */
  show(ms: number): void {
    const index = lineAt(this.lines, ms + 150);
    if (index === this.current) return;
    this.rows[this.current]?.classList.remove("is-heard");
    this.rows[this.current]?.removeAttribute("aria-current");
    this.current = index;
    this.rows[index]?.classList.add("is-heard");
    this.rows[index]?.setAttribute("aria-current", "true");
    if (this.following) this.bringIntoSight();
  }

  private jump(line: Line, onJump: (ms: number) => void): void {
    this.lead();
    onJump(line.starts_ms);
  }

  private leave(): void {
    this.following = false;
    this.follow.hidden = false;
  }

  private lead(): void {
    this.following = true;
    this.follow.hidden = true;
    this.bringIntoSight();
  }

  /** Within its own box: the page itself stays where the reader put it. */
  private bringIntoSight(): void {
    const row = this.rows[this.current];
    if (!row) return;
    const [box, seen] = [row.getBoundingClientRect(), this.scroller.getBoundingClientRect()];
    const top = this.scroller.scrollTop + box.top - seen.top - seen.height / 3;
    const calm = window.matchMedia("(prefers-reduced-motion: reduce)").matches;
    this.scroller.scrollTo({ top, behavior: calm || Math.abs(box.top - seen.top) > 2 * seen.height ? "instant" : "smooth" });
  }
}
