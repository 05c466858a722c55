// The player's own row: speakers, skips, play, speed. The same for its page; the thin bar has fewer.

import { html, nothing } from "lit-html";
import type { TemplateResult } from "lit-html";
import { t } from "../lib/words";
import type { Replay, ReplayInfo } from "../replay/replay";
import { RATES, clockOf, nextSpeaker, previousSpeaker, timeInWords } from "../replay/steps";
import type { Turn } from "../replay/steps";
import { icon } from "./icons";

export interface Shown {
  replay: Replay;
  info: ReplayInfo;
  turns: Turn[];
  /** Whether this replay is the one that is loaded; else a tap loads it. */
  isLoaded: boolean;
  begin: () => void;
}

function skip(name: string, label: string, image: Parameters<typeof icon>[0], run: () => void, enabled = true): TemplateResult {
  return html`<button type="button" class="replay__button" data-replay-act=${name} aria-label=${label} ?disabled=${!enabled} @click=${run}>
    ${icon(image, 24)}
  </button>`;
}

export function controls({ replay, turns, isLoaded, begin }: Shown): TemplateResult {
  const { playing, waiting, atMs, rate, problem } = replay.state;
  const plays = isLoaded && playing;
  const following = nextSpeaker(turns, atMs);
  return html`<div class="replay__row" data-replay-state=${plays ? (waiting ? "waiting" : "playing") : "paused"}>
      ${skip("previous", t("Previous speaker"), "previous", () => replay.seek(previousSpeaker(turns, atMs)), isLoaded && turns.length > 0)}
      ${skip("back", t("Back 10 seconds"), "back-10", () => replay.back(), isLoaded)}
      <button
        type="button"
        class="replay__play"
        data-replay-act="play"
        aria-label=${plays ? t("Pause") : t("Play")}
        @click=${() => (isLoaded ? replay.toggle() : begin())}
      >
        ${icon(plays ? "pause" : "play", 24)}
      </button>
      ${skip("on", t("Forward 30 seconds"), "on-30", () => replay.on(), isLoaded)}
      ${skip("next", t("Next speaker"), "next", () => following !== null && replay.seek(following), isLoaded && following !== null)}
      <label class="replay__rate"
        ><span class="visually-hidden">${t("Speed")}</span
        ><select
          class="replay__rates"
          data-replay-act="rate"
          @change=${(event: Event) => replay.setRate(Number((event.target as HTMLSelectElement).value))}
        >
          ${RATES.map((one) => html`<option value=${one} ?selected=${one === rate}>${one}×</option>`)}
        </select></label
      >
    </div>
    ${problem && isLoaded ? html`<p class="notice notice--warning" role="alert">${icon("alert")}<span>${problem}</span></p>` : nothing}`;
}

/** The slider over the waveform, and the clock below it. */
export function seekBar({ replay, info, isLoaded }: Shown): TemplateResult {
  const atMs = isLoaded ? replay.state.atMs : 0;
  return html`<input
      class="replay__slider"
      type="range"
      min="0"
      max=${info.durationMs}
      step="1000"
      .value=${String(Math.round(atMs))}
      aria-label=${t("Place in the replay")}
      aria-valuetext=${t("{time} of {whole}", { time: timeInWords(atMs), whole: timeInWords(info.durationMs) })}
      ?disabled=${!isLoaded}
      @input=${(event: Event) => replay.seek(Number((event.target as HTMLInputElement).value))}
    />
    <p class="replay__clock number muted" aria-hidden="true"><span>${clockOf(atMs)}</span><span>${clockOf(info.durationMs)}</span></p>`;
}
