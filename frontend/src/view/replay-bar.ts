// The thin bar while one listens to a replay and looks at another page.

import { html } from "lit-html";
import type { TemplateResult } from "lit-html";
import { t } from "../lib/words";
import type { Replay } from "../replay/replay";
import type { ReplayInfo, ReplayState } from "../replay/replay";
import { clockOf } from "../replay/steps";
import { icon } from "./icons";

export function replayBar(replay: Replay, info: ReplayInfo, state: ReplayState): TemplateResult {
  const left = clockOf(Math.max(0, info.durationMs - state.atMs));
  return html`<div class="player player--replay" role="region" aria-label=${t("Player")}>
    <a class="player__open" href=${info.page} data-action="open-replay">
      <span class="player__text">
        <span class="player__title">${info.title}</span>
        <span class="player__who">${state.problem || t("{who} · {time} left", { who: info.who, time: left })}</span>
      </span>
    </a>
    <button type="button" class="player__button" data-action="replay-back" aria-label=${t("Back 10 seconds")} @click=${() => replay.back()}>${icon("back-10", 24)}</button>
    <button type="button" class="player__button" data-action="replay-play" aria-label=${state.playing ? t("Pause") : t("Play")} @click=${() => replay.toggle()}>
      ${icon(state.playing ? "pause" : "play", 24)}
    </button>
    <button type="button" class="player__button" data-action="replay-close" aria-label=${t("Close")} @click=${() => replay.close()}>${icon("close", 24)}</button>
  </div>`;
}
