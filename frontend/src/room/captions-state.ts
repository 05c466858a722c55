// What is said in the room, in writing, as one reader has it. Pure: pages and frames in, lines in their order out.

import type { CaptionLine, Frame, UserId } from "../types";

/** So many are kept; who scrolls back asks for more. */
const KEPT = 300;
/** What somebody seemed to be saying and was never said to the end is forgotten after so long. */
export const GUESS_MS = 20_000;

/** What somebody seems to be saying. */
export interface Guess {
  user: UserId;
  name: string;
  starts_at_ms: number;
  text: string;
  /** When it came, by this machine's clock. */
  at: number;
}

export interface Captions {
  space: string;
  /** In the order in which they were said. */
  lines: CaptionLine[];
  /** One a speaker, in the order in which they began. */
  guesses: Guess[];
  /** Whether there may be earlier lines than these. */
  more: boolean;
}

export const noCaptions = (space: string): Captions => ({ space, lines: [], guesses: [], more: true });

const inOrder = (a: CaptionLine, b: CaptionLine): number => a.starts_at_ms - b.starts_at_ms || Number(a.id) - Number(b.id);

/** With more lines, wherever they belong; those that are here already stay. */
export function withLines(captions: Captions, more: CaptionLine[]): Captions {
  const all = new Map(captions.lines.map((line) => [line.id, line]));
  for (const line of more) all.set(line.id, line);
  return { ...captions, lines: [...all.values()].sort(inOrder) };
}

const without = (guesses: Guess[], user: UserId | null): Guess[] => guesses.filter((guess) => String(guess.user) !== String(user));

/** After a frame; the same object when it is about something else. */
export function withCaption(captions: Captions, frame: Frame, now: number): Captions {
  if (frame.space !== captions.space) return captions;
  if (frame.type === "captions.line") {
    const line = frame.data as CaptionLine;
    const next = withLines(captions, [line]);
    // A guess at what they say next may have overtaken it.
    const guesses = captions.guesses.filter((guess) => String(guess.user) !== String(line.user) || guess.starts_at_ms > line.starts_at_ms);
    return { ...next, lines: next.lines.slice(-KEPT), more: captions.more || next.lines.length > KEPT, guesses };
  }
  if (frame.type === "captions.partial") {
    const guess = { ...(frame.data as Omit<Guess, "at">), at: now };
    const rest = without(captions.guesses, guess.user);
    const guesses = guess.text ? [...rest, guess].sort((a, b) => a.starts_at_ms - b.starts_at_ms) : rest;
    return { ...captions, guesses };
  }
  if (frame.type === "captions.removed") {
    const { id } = frame.data as { id: string };
    const lines = captions.lines.filter((line) => line.id !== id);
    return lines.length === captions.lines.length ? captions : { ...captions, lines };
  }
  return captions;
}

/** Without guesses that nothing came of; the same object when there are none. */
export function withoutOld(captions: Captions, now: number): Captions {
  const guesses = captions.guesses.filter((guess) => now - guess.at < GUESS_MS);
  return guesses.length === captions.guesses.length ? captions : { ...captions, guesses };
}
