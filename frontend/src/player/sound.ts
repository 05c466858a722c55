// The audio of the Space one is in: loads LiveKit, connects, and says when it must be joined anew.

import { t } from "../lib/words";
import type { AudioAccess } from "../types";
import type { AudioLink } from "./link";
import type { Lost } from "./link-types";
import { chosenDevices } from "./memory";
import type { PlayerStore, Sound as SoundState } from "./state";

type LinkModule = typeof import("./link");

let loading: Promise<LinkModule> | null = null;

/** Fetch LiveKit's client, once; a failed fetch is tried again with the next call. */
export function loadLink(): Promise<LinkModule> {
  loading ??= import("./link").catch((error: unknown) => {
    loading = null;
    throw error;
  });
  return loading;
}

export interface SoundHooks {
  /** The link stands, newly or again: the server may set its rights. */
  onConnected: () => void;
  /** It is gone and does not come back by itself. */
  onLost: (reason: Lost) => void;
  onPermitted: (mayPublish: boolean) => void;
  onUnpublished: () => void;
  /** Sound can be heard: each time that it begins. */
  onHeard: () => void;
}

const NOT_LOADED = t("The player could not be loaded. Trying again… If it stays like this, reload the page.");
const NO_SERVER = t("Audio is not available on this site right now. You can stay in the room.");

export class Sound {
  link: AudioLink | null = null;
  private silenced: ReadonlySet<string> = new Set();
  private turn = 0;
  private blocked = false;

  constructor(
    private readonly store: PlayerStore,
    private readonly hooks: SoundHooks,
  ) {
    // Whatever is tapped first lets the browser play: nobody has to find the one button that says so.
    const tapped = () => {
      if (this.store.state.sound === "blocked") void this.unblock();
    };
    document.addEventListener("pointerup", tapped, { capture: true });
    document.addEventListener("keydown", tapped, { capture: true });
  }

  /** Connect with a fresh token, leaving any earlier link. A link to the same room that still stands is kept. */
  async connect(access: AudioAccess | null): Promise<void> {
    if (!access) {
      await this.close();
      this.show("none", NO_SERVER);
      return;
    }
    if (this.link?.isConnected && this.link.roomName === access.room) {
      this.hooks.onConnected();
      return;
    }
    await this.close();
    const turn = this.turn;
    this.show("connecting");
    const loaded = await loadLink().catch(() => null);
    if (turn !== this.turn) return;
    if (!loaded) return this.lose("lost", NOT_LOADED);
    try {
      const link = new loaded.AudioLink(access.room, chosenDevices());
      this.link = link;
      link.silence(this.silenced);
      this.listen(link);
      await link.connect(access);
    } catch {
      if (turn === this.turn) this.lose("lost");
    }
  }

  /** Hang up without telling anybody. */
  async close(): Promise<void> {
    this.turn += 1;
    this.blocked = false;
    const { link } = this;
    this.link = null;
    this.store.set({ sound: "off", soundMessage: "", speaking: [] });
    await link?.close();
  }

  /** "Tap to hear": must run inside a tap. */
  async unblock(): Promise<void> {
    await this.link?.startAudio().catch(() => undefined);
  }

  /** Play nothing of these identities, now and on later connections. */
  silence(identities: ReadonlySet<string>): void {
    this.silenced = identities;
    this.link?.silence(identities);
  }

  /** Start loading before it is sure to be needed; saves the seconds that a tap would wait. */
  preload(): void {
    void loadLink().catch(() => undefined);
  }

  private lose(reason: Lost, message = ""): void {
    const { link } = this;
    this.link = null;
    this.turn += 1;
    void link?.close();
    this.show("reconnecting", message);
    this.store.set({ speaking: [] });
    this.hooks.onLost(reason);
  }

  private listen(link: AudioLink): void {
    const current = <Value>(run: (value: Value) => void) => {
      return (value: Value) => {
        if (this.link === link) run(value);
      };
    };
    link.on(
      "connected",
      current(() => {
        this.show(this.blocked ? "blocked" : "on");
        this.hooks.onConnected();
      }),
    );
    link.on("reconnecting", current(() => this.show("reconnecting")));
    link.on("lost", current((reason) => this.lose(reason)));
    link.on(
      "blocked",
      current((blocked) => {
        this.blocked = blocked;
        if (link.isConnected) this.show(blocked ? "blocked" : "on");
      }),
    );
    link.on("permitted", current((mayPublish) => this.hooks.onPermitted(mayPublish)));
    link.on("unpublished", current(() => this.hooks.onUnpublished()));
    link.on("speaking", current((speaking) => this.store.set({ speaking })));
    link.on(
      "heard",
      current(() => {
        if (performance.getEntriesByName("spaces:first-audio").length === 0) performance.mark("spaces:first-audio");
        this.hooks.onHeard();
      }),
    );
  }

  private show(sound: SoundState, soundMessage = ""): void {
    this.store.set({ sound, soundMessage });
  }
}
