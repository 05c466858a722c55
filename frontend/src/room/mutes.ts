// Whom this person does not want to hear, on any of their devices: kept by the server, obeyed here.

import { mutePerson, myMutes, nextPage, unmutePerson } from "../api";
import { Store } from "../lib/events";
import type { Player } from "../player/player";
import { viewer } from "../player/state";
import type { LiveSocket } from "../socket";
import type { Person, UserId } from "../types";

/** Pages of 100; whoever has muted more people is heard by the rest. */
const PAGES = 5;

export class Mutes {
  readonly store = new Store<{ ids: ReadonlySet<UserId> }>({ ids: new Set() });
  private asked = false;

  constructor(
    private readonly player: Player,
    socket: LiveSocket,
  ) {
    socket.on("frame", (frame) => {
      if (frame.type !== "person.muted") return;
      const { user, muted } = frame.data as { user: UserId; muted: boolean };
      this.note(user, muted);
    });
    player.store.subscribe((state) => {
      if (state.phase === "live" && !this.asked && viewer()) void this.load();
    });
  }

  has(id: UserId): boolean {
    return this.store.state.ids.has(String(id));
  }

  /** Raises ApiError. */
  async set(person: Person, muted: boolean): Promise<void> {
    await (muted ? mutePerson(person.handle) : unmutePerson(person.handle));
    this.note(person.id, muted);
  }

  private note(id: UserId, muted: boolean): void {
    const ids = new Set(this.store.state.ids);
    if (muted) ids.add(String(id));
    else ids.delete(String(id));
    this.obey(ids);
  }

  private async load(): Promise<void> {
    this.asked = true;
    const ids = new Set(this.store.state.ids);
    try {
      let page = await myMutes();
      for (let number = 1; ; number += 1) {
        for (const person of page.results) ids.add(String(person.id));
        if (!page.next || number >= PAGES) break;
        page = await nextPage<Person>(page.next);
      }
    } catch {
      // Asked again with the next Space.
      this.asked = false;
    }
    this.obey(ids);
  }

  private obey(ids: ReadonlySet<UserId>): void {
    this.store.set({ ids });
    this.player.sound.silence(ids);
  }
}
