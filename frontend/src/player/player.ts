// Being in a Space: join, hear, speak, come back after every loss, leave. One Space at a time.

import { ApiError, endSpace } from "../api";
import type { CameFrom } from "../api";
import { Backoff } from "../lib/backoff";
import { Emitter, Store } from "../lib/events";
import { t } from "../lib/words";
import type { CommandError, LiveSocket } from "../socket";
import { SpaceFeed } from "../space-state";
import type { SpaceEvent } from "../space-state";
import type { Frame, Snapshot, StagePerson, UserId } from "../types";
import { sameUser } from "../types";
import { door } from "./door";
import type { Entered } from "./door";
import type { Lost } from "./link-types";
import { JoinReport } from "./join-report";
import { forgetListening, recallListening, rememberListening } from "./memory";
import { Microphone } from "./microphone";
import { Sound } from "./sound";
import { IDLE, ownPlace, viewer } from "./state";
import type { PlayerState, PlayerStore } from "./state";
import { REMOVED_WORDS, TICKET_VOID_WORDS, endedWords, eventWords, noticeWords, ownWords } from "./words";

type PlayerEvents = {
  /** Something to say in passing. */
  notice: string;
  /** Something a screen reader should hear. */
  announce: string;
  /** Taps of everybody since the last tick, by kind. */
  reactions: Record<string, number>;
  /** A frame about the Space we are in. */
  frame: Frame;
  /** The Space that we wanted to join lets in only who has a ticket. */
  ticketRequired: { space: string; title: string };
};

export interface JoinOptions {
  title?: string;
  open?: boolean;
  /** What led here (view/came-from); without it nothing is counted. */
  from?: CameFrom;
  /** Speak at once instead of starting muted. */
  micOn?: boolean;
  /** Asked, with the server's words, whether to join although somebody one blocked is on stage; without it nobody is. */
  confirm?: (words: string) => Promise<boolean>;
}

const SUPERSEDED_WORDS = t("You joined from another device.");

export class Player extends Emitter<PlayerEvents> {
  readonly store: PlayerStore = new Store<PlayerState>(IDLE);
  readonly sound: Sound;
  readonly mic: Microphone;
  private feed: SpaceFeed | null = null;
  private connection = "";
  /** Rises with each join and leave: whatever an older one still awaits is void. */
  private turn = 0;
  private watching = false;
  private watchAnew = false;
  private readonly backoff = new Backoff({ first: 500, longest: 10_000 });
  private rejoinTimer: ReturnType<typeof setTimeout> | undefined;
  private joinsUnderWay = 0;
  private readonly report = new JoinReport();

  constructor(private readonly socket: LiveSocket) {
    super();
    this.sound = new Sound(this.store, {
      onConnected: () => {
        this.backoff.reset();
        void this.announceAudio();
      },
      onLost: (reason) => this.audioLost(reason),
      onPermitted: (mayPublish) => void this.mic.permitted(mayPublish),
      onUnpublished: () => this.mic.unpublished(),
      onHeard: () => this.report.heard(),
    });
    this.mic = new Microphone(this.store, this.sound, {
      tell: (muted) => this.socket.command("mic.set", { space: this.state.spaceId, muted }),
      notice: (text) => this.emit("notice", text),
    });
    socket.on("frame", (frame) => this.receive(frame));
    socket.on("welcome", () => void this.syncSocket());
    window.addEventListener("online", () => this.rejoinSoon(0));
    window.addEventListener("pagehide", () => this.report.over());
  }

  get state(): PlayerState {
    return this.store.state;
  }

  get isLive(): boolean {
    return this.state.phase === "live";
  }

  /** Join a Space, leaving any other. Joining the one we are in opens its room. */
  async join(spaceId: string, options: JoinOptions = {}): Promise<void> {
    const { phase } = this.state;
    const open = options.open ?? true;
    if (this.state.spaceId === spaceId && (phase === "live" || phase === "joining")) {
      this.store.set({ roomOpen: open });
      return;
    }
    for (const name of ["spaces:tap", "spaces:joined", "spaces:first-audio"]) performance.clearMarks(name);
    performance.mark("spaces:tap");
    if (phase === "live") await this.leave();
    if (options.from) this.report.tapped(spaceId, options.from);
    this.turn += 1;
    const turn = this.turn;
    this.store.set({ ...IDLE, phase: "joining", spaceId, title: options.title ?? "", roomOpen: open, sound: "connecting" });
    this.sound.preload();
    try {
      const joined = await this.askOrConfirm(spaceId, options);
      if (joined === null) {
        if (turn === this.turn) await this.stop(IDLE);
      } else if (turn === this.turn) this.enter(joined, options.micOn ?? false);
      // Given up meanwhile; a newer join of the same Space is not touched by leaving this one.
      else door().leaveByApi(spaceId, joined.connection).catch(() => undefined);
    } catch (error) {
      if (turn === this.turn) this.refused(error);
    }
  }

  /** Leave. Nothing is asked here: a host is asked before (view/dialogs). */
  async leave(): Promise<void> {
    const { spaceId, phase } = this.state;
    const { connection } = this;
    await this.stop(IDLE);
    if (phase !== "live") return;
    // Not waited for: whoever leaves is gone for themselves at once, and the server notices it anyway.
    const told = this.socket.isOpen
      ? this.socket.command(...door().leave(spaceId, connection))
      : door().leaveByApi(spaceId, connection);
    told.catch(() => undefined);
  }

  /** End the Space for everybody. Raises ApiError. */
  async end(): Promise<void> {
    const { spaceId } = this.state;
    await endSpace(spaceId);
    // The event says so too, with the exact time; without a socket this is all we hear.
    if (this.state.spaceId === spaceId && this.isLive && !this.socket.isOpen) this.ended();
  }

  /** Put away the words about an end, a refusal or an offer. */
  async dismiss(): Promise<void> {
    if (this.state.phase !== "live" && this.state.phase !== "joining") await this.stop(IDLE);
  }

  /** Join again what this tab listened to before a reload; only offer it when the tab was closed or copied. */
  resume(now = Date.now()): void {
    const earlier = recallListening(String(viewer() ?? ""), now);
    if (!earlier) {
      forgetListening();
    } else if (earlier.resume) {
      void this.join(earlier.space, { title: earlier.title, open: earlier.roomOpen });
    } else {
      this.store.set({ ...IDLE, phase: "offered", spaceId: earlier.space, title: earlier.title });
    }
  }

  openRoom(open: boolean): void {
    this.store.set({ roomOpen: open });
    this.remember();
  }

  /** Send a command about the Space we are in. Raises CommandError. */
  command<Answer = unknown>(type: string, data: Record<string, unknown> = {}): Promise<Answer> {
    return this.socket.command<Answer>(type, { space: this.state.spaceId, ...data });
  }

  /** Change what is known of the Space by what the server has just answered. */
  learn(change: (snapshot: Snapshot) => Snapshot): void {
    this.feed?.learn(change);
  }

  /** Null when the person, told who is on stage, would rather not. */
  private async askOrConfirm(spaceId: string, options: JoinOptions): Promise<Entered | null> {
    const { from } = options;
    if (!options.confirm) return this.askToJoin(spaceId, false, from);
    try {
      return await this.askToJoin(spaceId, true, from);
    } catch (error) {
      if (!(error instanceof ApiError) || error.code !== "space.blocked_on_stage") throw error;
      return (await options.confirm(error.message)) ? this.askToJoin(spaceId, false, from) : null;
    }
  }

  private async askToJoin(spaceId: string, warn = false, from?: CameFrom): Promise<Entered> {
    this.joinsUnderWay += 1;
    try {
      return await door().join(spaceId, warn, from);
    } finally {
      this.joinsUnderWay -= 1;
    }
  }

  private enter(joined: Entered, micOn: boolean): void {
    performance.mark("spaces:joined");
    this.report.joined(viewer() === null ? joined.connection : "");
    const again = this.feed !== null;
    this.connection = joined.connection;
    this.feed ??= this.newFeed();
    this.store.set({ phase: "live", micOn });
    if (again) this.mic.rejoined();
    this.feed.takeSnapshot(joined.snapshot);
    if (!this.isLive) return;
    this.remember();
    void this.syncSocket();
    void this.sound.connect(joined.audio);
  }

  private newFeed(): SpaceFeed {
    return new SpaceFeed({
      needSnapshot: () => void this.watch(),
      onChange: (snapshot, event) => this.changed(snapshot, event),
      onReactions: (taps) => this.emit("reactions", taps),
    });
  }

  private changed(snapshot: Snapshot, event: SpaceEvent | null): void {
    const user = viewer();
    const before = this.state.snapshot;
    const roleBefore = ownPlace(this.state, user)?.role ?? null;
    this.store.set({ snapshot, title: snapshot.space.title });
    const place = ownPlace(this.state, user);
    if (snapshot.space.state === "ended") {
      this.ended((event?.data as { duration_seconds?: number } | undefined)?.duration_seconds);
      return;
    }
    if (roleBefore && !place) this.mic.leftStage();
    // Another role may do other things and see other things: the server says which.
    if (before && event && (place?.role ?? null) !== roleBefore) void this.watch(true);
    if (event) this.tellOf(event, before?.stage ?? [], user);
    else if (place && before) this.mic.compare(place.muted);
  }

  private tellOf(event: SpaceEvent, before: StagePerson[], user: UserId | null): void {
    const own = ownWords(event, user);
    if (own) this.emit("notice", own);
    const words = own || eventWords(event, before, user);
    if (words) this.emit("announce", words);
    const data = (event.data ?? {}) as { user?: UserId; muted?: boolean; by_host?: boolean };
    if (event.type !== "stage.muted" || !sameUser(data.user, user)) return;
    if (data.by_host) this.mic.mutedByHost();
    else this.mic.heardOfMute(Boolean(data.muted));
  }

  private receive(frame: Frame): void {
    if (!frame.space || frame.space !== this.state.spaceId) return;
    if (frame.type === "space.superseded") {
      const data = (frame.data ?? {}) as { connection?: string };
      // Our own return replaces our own earlier join: that is no other device.
      if (this.isLive && this.joinsUnderWay === 0 && data.connection !== this.connection) this.superseded();
    } else if (frame.type === "space.resync") {
      // Everybody is told at once: come back spread over the time the server names.
      const { within_ms = 0 } = (frame.data ?? {}) as { within_ms?: number };
      setTimeout(() => void this.watch(), Math.random() * within_ms);
    } else if (frame.type === "space.removed") {
      if (this.isLive) this.removed((frame.data ?? {}) as { reason?: string });
    } else {
      // Told before it is applied: whether one was asking is known only until then.
      const words = noticeWords(frame, this.state.snapshot);
      if (words) this.say(words);
      this.feed?.receive(frame);
      this.emit("frame", frame);
    }
  }

  private say(words: string): void {
    this.emit("notice", words);
    this.emit("announce", words);
  }

  /** Say on a new connection all that the server must know; also right after joining. */
  private async syncSocket(): Promise<void> {
    if (!this.isLive || !this.socket.isOpen) return;
    const { turn, connection } = this;
    await this.watch();
    if (turn !== this.turn || !this.isLive) return;
    try {
      await this.socket.command(...door().present(this.state.spaceId, connection));
    } catch (error) {
      if (turn === this.turn && connection === this.connection) this.commandRefused(error as CommandError);
      return;
    }
    if (turn === this.turn && this.sound.link?.isConnected) await this.announceAudio();
  }

  /** Ask for a snapshot; with `anew`, for one that knows what has just happened. */
  private async watch(anew = false): Promise<void> {
    // While one is under way another would only ask the same.
    this.watchAnew ||= anew && this.watching;
    if (this.watching || !this.socket.isOpen) return;
    this.watching = true;
    const { feed } = this;
    try {
      const answer = await this.socket.command<{ snapshot?: Snapshot }>("space.watch", { space: this.state.spaceId });
      if (answer.snapshot && feed === this.feed) feed?.takeSnapshot(answer.snapshot);
    } catch {
      // Lost with the connection: the next welcome watches again.
    } finally {
      this.watching = false;
    }
    if (!this.watchAnew) return;
    this.watchAnew = false;
    if (this.isLive) await this.watch();
  }

  private async announceAudio(): Promise<void> {
    // Guests only hear: their token gives them all they may have.
    if (!this.isLive || !this.socket.isOpen || viewer() === null) return;
    const { turn, connection } = this;
    try {
      await this.socket.command("audio.connected", { space: this.state.spaceId, connection });
    } catch (error) {
      if (turn === this.turn && connection === this.connection) this.commandRefused(error as CommandError);
    }
  }

  private commandRefused(error: CommandError): void {
    if (!this.isLive || error.passing) return;
    if (error.code === "space.superseded") this.superseded();
    else this.rejoinSoon(this.backoff.next());
  }

  private audioLost(reason: Lost): void {
    if (!this.isLive) return;
    if (reason === "superseded") {
      this.superseded();
      return;
    }
    if (this.backoff.tries >= 3 && !this.state.soundMessage) {
      this.store.set({ soundMessage: t("The audio server does not answer. Trying again…") });
    }
    // Thrown out: the Space ended, we were removed, or the server lost us; joining again tells which.
    this.rejoinSoon(reason === "thrown_out" ? 300 : this.backoff.next());
  }

  /** Join anew after `ms`, if the sound is gone or the server has forgotten us. */
  private rejoinSoon(ms: number): void {
    if (!this.isLive) return;
    const waiting = this.rejoinTimer !== undefined;
    if (ms === 0 && !waiting) return;
    clearTimeout(this.rejoinTimer);
    this.rejoinTimer = setTimeout(() => {
      this.rejoinTimer = undefined;
      void this.rejoin();
    }, ms);
  }

  private async rejoin(): Promise<void> {
    if (!this.isLive || this.joinsUnderWay > 0) return;
    const { turn } = this;
    const { spaceId, micOn } = this.state;
    try {
      const joined = await this.askToJoin(spaceId);
      if (turn === this.turn) this.enter(joined, this.state.micOn && micOn);
    } catch (error) {
      if (turn !== this.turn) return;
      if (error instanceof ApiError && !error.passing) this.refused(error);
      else this.rejoinSoon(this.backoff.next());
    }
  }

  private refused(error: unknown): void {
    const known = error instanceof ApiError ? error : null;
    if (known?.status === 401 || known?.code === "not_signed_in") {
      location.assign(`${document.body.dataset["loginUrl"] ?? "/"}?next=${encodeURIComponent(location.pathname)}`);
      return;
    }
    if (known?.code === "space.ended" && this.state.snapshot) {
      this.ended();
      return;
    }
    if (known?.code === "space.removed") {
      this.removed();
      return;
    }
    if (known?.code === "ticket.required" && !this.state.snapshot) {
      const { spaceId, title } = this.state;
      void this.stop(IDLE);
      this.emit("ticketRequired", { space: spaceId, title });
      return;
    }
    const message = known?.message ?? t("Joining did not work. Try again in a moment.");
    void this.stop({ ...this.state, phase: "refused", message, snapshot: null });
    this.emit("announce", message);
  }

  private removed({ reason }: { reason?: string } = {}): void {
    if (reason === "ticket") {
      // One may come back: with another ticket.
      void this.stop({ ...this.state, phase: "refused", message: TICKET_VOID_WORDS, snapshot: null });
      this.emit("announce", TICKET_VOID_WORDS);
      return;
    }
    void this.stop({ ...this.state, phase: "removed", message: REMOVED_WORDS, snapshot: null });
    this.emit("announce", REMOVED_WORDS);
  }

  private ended(durationSeconds?: number): void {
    const { snapshot } = this.state;
    const message = snapshot ? endedWords(snapshot, viewer(), durationSeconds) : t("This Space has ended.");
    void this.stop({ ...this.state, phase: "ended", message });
    this.emit("announce", message);
  }

  private superseded(): void {
    void this.stop({ ...this.state, phase: "superseded", message: SUPERSEDED_WORDS });
    this.emit("announce", SUPERSEDED_WORDS);
  }

  /** Let go of everything and go on as `next`. */
  private async stop(next: PlayerState): Promise<void> {
    const { spaceId } = this.state;
    this.report.over();
    this.turn += 1;
    clearTimeout(this.rejoinTimer);
    this.rejoinTimer = undefined;
    this.feed?.close();
    this.feed = null;
    this.connection = "";
    this.backoff.reset();
    forgetListening();
    this.store.set({ ...next });
    this.mic.reset();
    const closing = this.sound.close();
    if (spaceId && this.socket.isOpen) this.socket.command("space.unwatch", { space: spaceId }).catch(() => undefined);
    await closing;
  }

  private remember(): void {
    const { spaceId, title, roomOpen } = this.state;
    if (this.isLive) rememberListening({ space: spaceId, title, roomOpen, user: String(viewer() ?? "") });
  }
}

