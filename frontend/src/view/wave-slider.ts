// Sliders over a waveform: what is chosen is marked, the clock beside the label follows, and one can hear it.

import type { Replay } from "../replay/replay";
import { clockOf, timeInWords } from "../replay/steps";

/** Bring the clock and the mark of a slider up to date. */
function follow(input: HTMLInputElement): void {
  const seconds = Number(input.value);
  const output = document.querySelector<HTMLElement>(`[data-clock-for="${CSS.escape(input.id)}"]`);
  if (output) output.textContent = clockOf(seconds * 1000);
  input.setAttribute("aria-valuetext", timeInWords(seconds * 1000));
  const box = input.closest<HTMLElement>("[data-wave-slider]");
  if (!box) return;
  const last = Math.max(1, Number(input.max));
  const length = Number(box.dataset["window"] ?? 0);
  box.style.setProperty("--from", String(seconds / last));
  box.style.setProperty("--to", String(length ? Math.min(1, (seconds + length) / last) : 1));
}

const sliders = (): NodeListOf<HTMLInputElement> => document.querySelectorAll<HTMLInputElement>("[data-wave-slider] input");

/** After each move. */
export function refreshWaveSliders(replay: Replay): void {
  for (const input of sliders()) follow(input);
  for (const button of document.querySelectorAll<HTMLElement>("[data-replay-hear]")) {
    button.hidden = replay.state.info?.space !== button.dataset["replayHear"];
  }
}

export function startWaveSliders(replay: Replay): void {
  document.addEventListener("input", ({ target }) => {
    if (target instanceof HTMLInputElement && target.closest("[data-wave-slider]")) follow(target);
  });
  document.addEventListener("click", ({ target }) => {
    const button = target instanceof Element ? target.closest<HTMLElement>("[data-replay-hear]") : null;
    const input = button ? document.getElementById(button.dataset["hearFrom"] ?? "") : null;
    if (!(input instanceof HTMLInputElement)) return;
    replay.seek(Number(input.value) * 1000);
    void replay.play();
  });
  refreshWaveSliders(replay);
}
