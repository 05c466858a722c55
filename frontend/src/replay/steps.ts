// What is where in a replay: pure, all times in milliseconds of the replay.

import { tn } from "../lib/words";

export interface Line {
  id: string;
  user: string | null;
  name: string;
  starts_ms: number;
  ends_ms: number;
  text: string;
}

/** What one speaker says until another does: the lines from `first` to `last`. */
export interface Turn {
  name: string;
  starts_ms: number;
  first: number;
  last: number;
}

export interface RoomWords {
  id: string;
  at_ms: number;
  name: string;
  text: string;
}

export interface Taps {
  at_ms: number;
  taps: Record<string, number>;
}

export const RATES = [0.5, 0.75, 1, 1.25, 1.5, 1.75, 2, 2.5, 3] as const;

/** Whoever presses "previous speaker" within this time of a turn's beginning wants the one before. */
const AGAIN_MS = 3_000;
/** Messages are shown for so long, and so many. */
const SHOWN_MS = 30_000;
const SHOWN_MOST = 3;

/** The last of `rows` that begins at or before `at`; -1 before the first. */
export function indexAt<Row>(rows: Row[], at: number, start: (row: Row) => number): number {
  let [low, high] = [0, rows.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if (start(rows[middle] as Row) <= at) low = middle + 1;
    else high = middle;
  }
  return low - 1;
}

export const lineAt = (lines: Line[], at: number): number => indexAt(lines, at, (line) => line.starts_ms);

const speaker = (line: Line): string => line.user ?? `name:${line.name}`;

/** The lines in runs of one speaker. */
export function turnsOf(lines: Line[]): Turn[] {
  const turns: Turn[] = [];
  let last = "";
  lines.forEach((line, index) => {
    const turn = turns[turns.length - 1];
    if (turn && speaker(line) === last) turn.last = index;
    else turns.push({ name: line.name, starts_ms: line.starts_ms, first: index, last: index });
    last = speaker(line);
  });
  return turns;
}

/** Where the next speaker begins, or null after the last. */
export function nextSpeaker(turns: Turn[], at: number): number | null {
  return turns[indexAt(turns, at, (turn) => turn.starts_ms) + 1]?.starts_ms ?? null;
}

/** Where this speaker began, or, near that, the one before. */
export function previousSpeaker(turns: Turn[], at: number): number {
  const index = indexAt(turns, at, (turn) => turn.starts_ms);
  const turn = turns[index];
  if (!turn) return 0;
  return at - turn.starts_ms > AGAIN_MS ? turn.starts_ms : (turns[index - 1]?.starts_ms ?? 0);
}

/** What was written a moment before, the newest last. */
export function wordsAt(words: RoomWords[], at: number): RoomWords[] {
  const end = indexAt(words, at, (one) => one.at_ms) + 1;
  return words.slice(Math.max(0, end - SHOWN_MOST), end).filter((one) => at - one.at_ms <= SHOWN_MS);
}

/** What was tapped between two moments, by kind; nothing for a jump. */
export function tapsBetween(taps: Taps[], from: number, to: number): Record<string, number> {
  const found: Record<string, number> = {};
  if (to <= from || to - from > 5_000) return found;
  const end = indexAt(taps, to, (one) => one.at_ms);
  for (let index = indexAt(taps, from, (one) => one.at_ms) + 1; index <= end; index += 1) {
    for (const [kind, count] of Object.entries(taps[index]?.taps ?? {})) found[kind] = (found[kind] ?? 0) + count;
  }
  return found;
}

/** The next speed up (1) or down (-1); at the end the last. */
export function nextRate(rate: number, direction: 1 | -1): number {
  const index = RATES.findIndex((one) => one === rate);
  return RATES[Math.min(RATES.length - 1, Math.max(0, (index < 0 ? 2 : index) + direction))] ?? 1;
}

/** 0:00, 12:05, 1:02:03: a time of a replay, cut to whole seconds. */
export function clockOf(ms: number): string {
  const seconds = Math.max(0, Math.floor(ms / 1000));
  const two = (value: number) => String(value).padStart(2, "0");
  const hours = Math.floor(seconds / 3600);
  const minutes = Math.floor((seconds % 3600) / 60);
  return hours > 0 ? `${hours}:${two(minutes)}:${two(seconds % 60)}` : `${minutes}:${two(seconds % 60)}`;
}

/** A time in words, for who does not see the clock: "1 minute 5 seconds". */
export function timeInWords(ms: number): string {
  const seconds = Math.max(0, Math.floor(ms / 1000));
  const inSeconds = (value: number) => tn("{count} second", "{count} seconds", value);
  const parts: [number, (value: number) => string][] = [
    [Math.floor(seconds / 3600), (value) => tn("{count} hour", "{count} hours", value)],
    [Math.floor((seconds % 3600) / 60), (value) => tn("{count} minute", "{count} minutes", value)],
    [seconds % 60, inSeconds],
  ];
  const said = parts.filter(([value]) => value > 0).map(([value, words]) => words(value));
  return said.join(" ") || inSeconds(0);
}
