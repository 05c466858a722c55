// One's own microphone: what the person wants, what LiveKit does, and what the others are told (`mic.set`).

import { t } from "../lib/words";
import { micFailure, micWords } from "./link-types";
import type { MicFailure } from "./link-types";
import type { Sound } from "./sound";
import { onStage, ownRole } from "./state";
import type { PlayerStore } from "./state";

/** How long the event that our own `mic.set` causes may take to come back. */
const ECHO_MS = 3_000;

export interface MicHooks {
  /** Tell the server; rejects with an error that has `passing` when it should be said again later. */
  tell: (muted: boolean) => Promise<unknown>;
  notice: (text: string) => void;
}

export class Microphone {
  /** The server has not heard of the last change. */
  private untold = false;
  private telling = 0;
  private echoes: { muted: boolean; until: number }[] = [];
  /** Echoes that overtook the reply to their own command. */
  private overtook: boolean[] = [];
  private wish = 0;

  constructor(
    private readonly store: PlayerStore,
    private readonly sound: Sound,
    private readonly hooks: MicHooks,
  ) {}

  /** Why the microphone cannot be used now, in words; "" when it can. */
  get unavailable(): string {
    const { state } = this.store;
    if (!onStage(ownRole(state))) return t("You are listening. Only people on stage can speak.");
    if (state.sound === "none") return t("Audio is not available on this site right now.");
    return "";
  }

  toggle(): Promise<void> {
    return this.set(!this.store.state.micOn);
  }

  /** Open or close the microphone. Closing is immediate whatever the network does. */
  async set(on: boolean): Promise<void> {
    if (on && this.unavailable) {
      this.hooks.notice(this.unavailable);
      return;
    }
    this.wish += 1;
    this.store.set({ micOn: on, micStarting: on, micProblem: "" });
    if (on) {
      await this.open();
    } else {
      this.tell(true);
      await this.sound.link?.setMicrophone(false).catch(() => undefined);
    }
  }

  /** The link stands and may publish: bring the microphone to what the person wants. */
  async permitted(mayPublish: boolean): Promise<void> {
    if (!mayPublish) {
      await this.sound.link?.unpublish().catch(() => undefined);
    } else if (this.store.state.micOn) {
      await this.open();
    }
  }

  /** The role changed: whoever left the stage is silent at once, and their microphone is given back. */
  leftStage(): void {
    this.reset();
    void this.sound.link?.unpublish().catch(() => undefined);
  }

  /** A `stage.muted` about oneself. Nobody is ever unmuted from afar. */
  heardOfMute(muted: boolean, now = Date.now()): void {
    this.echoes = this.echoes.filter((echo) => echo.until > now);
    const echo = this.echoes.findIndex((expected) => expected.muted === muted);
    if (echo >= 0) {
      this.echoes.splice(0, echo + 1);
      return;
    }
    if (this.telling > 0) this.overtook.push(muted);
    else if (muted && this.store.state.micOn && !this.untold) this.mutedByOthers();
  }

  /** The host or a co-host has muted us: no echo of our own. */
  mutedByHost(): void {
    // What we were about to say no longer holds.
    if (this.telling > 0) this.tell(true);
    if (this.store.state.micOn) this.mutedByOthers(t("You were muted by the host. Tap the mic when it is your turn."));
  }

  private mutedByOthers(words = t("You were muted. Tap the mic to talk.")): void {
    this.silence();
    this.hooks.notice(words);
  }

  /** A whole snapshot says what the server believes: correct it, or obey it where it is the stricter one. */
  compare(serverMuted: boolean): void {
    const { micOn, micStarting } = this.store.state;
    if (this.telling > 0) return;
    if (this.untold) this.tell(!micOn);
    else if (micOn && !micStarting && serverMuted) this.silence();
    else if (!micOn && !serverMuted) this.tell(true);
  }

  /** The track is gone although nobody asked: the device was unplugged, or the server took it. */
  unpublished(): void {
    const { micOn, micStarting } = this.store.state;
    if (!micOn || micStarting || !this.sound.link?.isConnected || !this.sound.link.mayPublish) return;
    this.fail("missing");
  }

  /** Forget everything; for the next Space. */
  reset(): void {
    this.wish += 1;
    this.untold = false;
    this.echoes = [];
    this.overtook = [];
    this.store.set({ micOn: false, micStarting: false, micProblem: "" });
  }

  /** A new join starts muted in the eyes of the server, or as it was: say what is true. */
  rejoined(): void {
    this.untold = true;
  }

  private async open(): Promise<void> {
    const { link } = this.sound;
    const wish = this.wish;
    this.store.set({ micStarting: true });
    // Not connected or not permitted yet: `permitted` comes back here.
    if (!link?.isConnected || !link.mayPublish) return;
    try {
      await link.setMicrophone(true);
    } catch (error) {
      if (wish !== this.wish) return;
      this.fail(micFailure(error));
      return;
    }
    if (wish !== this.wish) return;
    this.store.set({ micStarting: false });
    this.tell(false);
  }

  private silence(): void {
    this.wish += 1;
    this.store.set({ micOn: false, micStarting: false });
    void this.sound.link?.setMicrophone(false).catch(() => undefined);
  }

  private fail(failure: MicFailure): void {
    this.wish += 1;
    this.store.set({ micOn: false, micStarting: false, micProblem: micWords(failure, window.isSecureContext) });
    this.tell(true);
  }

  private tell(muted: boolean): void {
    this.telling += 1;
    this.untold = true;
    const wish = this.wish;
    this.hooks
      .tell(muted)
      .then(
        () => {
          const early = this.overtook.indexOf(muted);
          if (early >= 0) this.overtook.splice(0, early + 1);
          else this.echoes.push({ muted, until: Date.now() + ECHO_MS });
          if (wish === this.wish) this.untold = false;
        },
        (error: { passing?: boolean; message?: string }) => {
          if (error.passing || wish !== this.wish) return;
          this.untold = false;
          if (!muted) {
            this.silence();
            this.hooks.notice(error.message ?? t("You cannot speak right now."));
          }
        },
      )
      .finally(() => {
        this.telling -= 1;
        if (this.telling === 0) this.overtook = [];
      });
  }
}
