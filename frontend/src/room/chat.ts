// The chat of the Space one is in: pages from the API, news from the socket.

import { ApiError, nextPage, spaceMessages } from "../api";
import { Store } from "../lib/events";
import { t } from "../lib/words";
import type { Player } from "../player/player";
import { viewer } from "../player/state";
import type { CommandError } from "../socket";
import type { Message } from "../types";
import { emptyChat, withFrame, withPage } from "./chat-state";
import type { Chat } from "./chat-state";

interface ChatStore extends Chat {
  loading: boolean;
  /** Why messages could not be loaded. */
  problem: string;
  draft: string;
  sending: boolean;
  /** Why the draft was not sent. */
  refused: string;
}

const start = (space: string): ChatStore => ({
  ...emptyChat(space),
  loading: false,
  problem: "",
  draft: "",
  sending: false,
  refused: "",
});

export class RoomChat {
  readonly store = new Store<ChatStore>(start(""));

  constructor(private readonly player: Player) {
    player.on("frame", (frame) => {
      const next = withFrame(this.state, frame, viewer());
      if (next !== this.state) this.store.set(next);
      // A snapshot comes after every return of the socket: what was written meanwhile is only in the list.
      if (frame.type === "space.snapshot" && this.state.loaded) void this.load();
    });
    player.store.subscribe((state) => {
      if (state.phase === "live" && state.spaceId !== this.state.space) this.store.set(start(state.spaceId));
      else if (state.phase !== "live" && this.state.open) this.store.set({ open: false });
    });
  }

  get state(): ChatStore {
    return this.store.state;
  }

  show(open: boolean): void {
    this.store.set({ open, unread: open ? 0 : this.state.unread });
    if (open && !this.state.loaded) void this.load();
  }

  toggle(): void {
    this.show(!this.state.open);
  }

  write(draft: string): void {
    this.store.set({ draft, refused: "" });
  }

  async load(earlier = false): Promise<void> {
    const { space, loading } = this.state;
    if (loading) return;
    this.store.set({ loading: true, problem: "" });
    try {
      const next = this.state.earlier;
      const page = earlier && next ? await nextPage<Message>(next) : await spaceMessages(space);
      if (space === this.state.space) this.store.set({ ...withPage(this.state, page, !earlier), loading: false });
    } catch (error) {
      if (space !== this.state.space) return;
      this.store.set({ loading: false, problem: error instanceof ApiError ? error.message : t("The messages could not be loaded.") });
    }
  }

  /** Send the draft; what is refused stays to be sent again. */
  async send(): Promise<void> {
    const text = this.state.draft.trim();
    if (!text || this.state.sending) return;
    this.store.set({ sending: true, refused: "" });
    try {
      await this.player.command("message.post", { text });
      this.store.set({ sending: false, draft: this.state.draft.trim() === text ? "" : this.state.draft });
    } catch (error) {
      this.store.set({ sending: false, refused: (error as CommandError).message });
    }
  }
}
