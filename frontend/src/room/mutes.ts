// Whom this person does not want to hear, on any of their devices, muted or blocked: kept by the server, obeyed here.

import { mutePerson, myBlocks, myMutes, nextPage, unmutePerson } from "../api";
import { Store } from "../lib/events";
import type { Player } from "../player/player";
import { viewer } from "../player/state";
import type { LiveSocket } from "../socket";
import type { Page, Person, UserId } from "../types";
import { sameUser } from "../types";

/** Pages of 100; whoever has muted or blocked more people is heard by the rest. */
const PAGES = 5;

type Ids = ReadonlySet<UserId>;

function changed(ids: Ids, id: UserId, isIn: boolean): Ids {
  const next = new Set(ids);
  if (isIn) next.add(String(id));
  else next.delete(String(id));
  return next;
}

async function allOf(first: () => Promise<Page<Person>>): Promise<UserId[]> {
  const found: UserId[] = [];
  let page = await first();
  for (let number = 1; ; number += 1) {
    found.push(...page.results.map((person) => String(person.id)));
    if (!page.next || number >= PAGES) return found;
    page = await nextPage<Person>(page.next);
  }
}

export class Mutes {
  readonly store = new Store<{ muted: Ids; blocked: Ids }>({ muted: new Set(), blocked: new Set() });
  private asked = false;

  constructor(
    private readonly player: Player,
    socket: LiveSocket,
  ) {
    socket.on("frame", (frame) => {
      if (frame.type === "person.muted") {
        const { user, muted } = frame.data as { user: UserId; muted: boolean };
        this.note(user, muted);
      } else if (frame.type === "person.blocked") {
        const { user, blocked } = frame.data as { user: UserId; blocked: boolean };
        this.obey({ blocked: changed(this.store.state.blocked, user, blocked) });
        if (blocked) this.leaveHost(user);
      }
    });
    player.store.subscribe((state) => {
      if (state.phase === "live" && !this.asked && viewer()) void this.load();
    });
  }

  /** Whether they are neither heard nor read. */
  has(id: UserId): boolean {
    return this.isMuted(id) || this.isBlocked(id);
  }

  isMuted(id: UserId): boolean {
    return this.store.state.muted.has(String(id));
  }

  isBlocked(id: UserId): boolean {
    return this.store.state.blocked.has(String(id));
  }

  /** Raises ApiError. */
  async set(person: Person, muted: boolean): Promise<void> {
    await (muted ? mutePerson(person.handle) : unmutePerson(person.handle));
    this.note(person.id, muted);
  }

  private note(id: UserId, muted: boolean): void {
    this.obey({ muted: changed(this.store.state.muted, id, muted) });
  }

  /** The Space of somebody one blocks does not exist any more for oneself: go before the server says so. */
  private leaveHost(user: UserId): void {
    const { snapshot } = this.player.state;
    if (!this.player.isLive || !sameUser(snapshot?.space.host.id, user)) return;
    void this.player.leave();
    this.player.emit("notice", "You blocked the host, so you left the Space.");
  }

  private async load(): Promise<void> {
    this.asked = true;
    try {
      const [muted, blocked] = await Promise.all([allOf(myMutes), allOf(myBlocks)]);
      const known = this.store.state;
      this.obey({ muted: new Set([...known.muted, ...muted]), blocked: new Set([...known.blocked, ...blocked]) });
    } catch {
      // Asked again with the next Space.
      this.asked = false;
    }
  }

  private obey(change: { muted?: Ids; blocked?: Ids }): void {
    this.store.set(change);
    const { muted, blocked } = this.store.state;
    this.player.sound.silence(new Set([...muted, ...blocked]));
  }
}
