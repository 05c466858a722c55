// The bubbles of the people one follows, as the socket tells them. Pure.

import { t, tn } from "./lib/words";
import type { Bubble, Frame } from "./types";
import { firstName } from "./lib/format";

export interface Bubbles {
  list: readonly Bubble[];
  /** Spaces whose bubble came after the page was drawn. */
  fresh: ReadonlySet<string>;
}

/** The bubbles after a frame; the same object when the frame is about something else. */
export function reduceBubbles(state: Bubbles, frame: Frame): Bubbles {
  switch (frame.type) {
    case "bubbles.snapshot":
      return { list: (frame.data as { bubbles: Bubble[] }).bubbles, fresh: new Set() };
    case "bubble.shown": {
      const bubble = frame.data as Bubble;
      const at = state.list.findIndex((other) => other.space === bubble.space);
      if (at >= 0) return { ...state, list: state.list.with(at, bubble) };
      return { list: [bubble, ...state.list], fresh: new Set([...state.fresh, bubble.space]) };
    }
    case "bubble.hidden": {
      const { space } = frame.data as { space: string };
      if (!state.list.some((bubble) => bubble.space === space)) return state;
      const fresh = new Set(state.fresh);
      fresh.delete(space);
      return { list: state.list.filter((bubble) => bubble.space !== space), fresh };
    }
    default:
      return state;
  }
}

/** "Maya", "Maya + 3": the first of those on stage, and how many more there are. */
export function bubbleName(bubble: Bubble): string {
  const first = firstName(bubble.people[0]?.name ?? bubble.title);
  const more = Math.max(0, bubble.people.length - 1) + bubble.others;
  return more > 0 ? t("{name} + {count}", { name: first, count: more }) : first;
}

/** "Maya and 3 others are live: Title" */
export function bubbleLabel(bubble: Bubble): string {
  const first = firstName(bubble.people[0]?.name ?? t("Somebody"));
  const more = Math.max(0, bubble.people.length - 1) + bubble.others;
  const { title } = bubble;
  if (more === 0) return t("{name} is live: {title}", { name: first, title });
  return tn("{name} and {count} other are live: {title}", "{name} and {count} others are live: {title}", more, { name: first, title });
}
