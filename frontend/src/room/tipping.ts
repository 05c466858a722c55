// Who in the room takes tips, and what it has thanked for: from the API when one comes in, then from the socket.

import { spaceTips } from "../api";
import { Store } from "../lib/events";
import { firstName } from "../lib/format";
import { t } from "../lib/words";
import type { Player } from "../player/player";
import { viewer } from "../player/state";
import type { Frame, Person, Thanks, UserId } from "../types";
import { sameUser } from "../types";

/** So many lines of thanks are kept. */
const KEPT = 20;

interface Tips {
  space: string;
  /** Ids of those on stage who take tips. */
  takers: ReadonlySet<UserId>;
  thanks: Thanks[];
}

/** "Finn tipped Hana.", as `viewer` reads it. */
export function thanksWords({ by, to }: Pick<Thanks, "by" | "to">, viewer: UserId | null): string {
  const name = firstName(to.name);
  const toMe = sameUser(to.id, viewer);
  if (by === null) return toMe ? t("Somebody tipped you. Thank you!") : t("Somebody tipped {name}. Thank you!", { name });
  if (sameUser(by.id, viewer)) return t("You tipped {name}. Thank you!", { name });
  const giver = firstName(by.name);
  return toMe ? t("{giver} tipped you. Thank you!", { giver }) : t("{giver} tipped {name}. Thank you!", { giver, name });
}

export class Tipping {
  readonly store = new Store<Tips>({ space: "", takers: new Set(), thanks: [] });

  constructor(private readonly player: Player) {
    player.on("frame", (frame) => this.receive(frame));
    player.store.subscribe((state) => {
      const space = state.phase === "live" ? state.spaceId : "";
      if (space === this.state.space) return;
      this.store.set({ space, takers: new Set(), thanks: [] });
      if (space && viewer()) void this.load(space);
    });
  }

  get state(): Tips {
    return this.store.state;
  }

  /** Whether the reader can tip this person here. */
  takes(person: Person): boolean {
    return !sameUser(person.id, viewer()) && this.state.takers.has(person.id);
  }

  private receive(frame: Frame): void {
    if (frame.space !== this.state.space) return;
    if (frame.type === "tip.received") {
      const thanks = { ...(frame.data as Omit<Thanks, "at">), at: new Date().toISOString() };
      if (this.state.thanks.some((one) => one.id === thanks.id)) return;
      this.store.set({ thanks: [...this.state.thanks, thanks].slice(-KEPT) });
      const words = thanksWords(thanks, viewer());
      this.player.emit("notice", words);
      this.player.emit("announce", words);
    } else if (frame.type === "stage.joined" && viewer()) {
      void this.load(this.state.space);
    }
  }

  private async load(space: string): Promise<void> {
    try {
      const { takers, thanks } = await spaceTips(space);
      if (space !== this.state.space) return;
      const known = new Set(thanks.map((one) => one.id));
      const since = this.state.thanks.filter((one) => !known.has(one.id));
      this.store.set({ takers: new Set(takers.map((one) => one.id)), thanks: [...thanks, ...since].slice(-KEPT) });
    } catch {
      // Nobody can be tipped from here for now; the profiles have a page for it.
    }
  }
}
