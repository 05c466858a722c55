// A Space as its listeners know it: a snapshot, and the events that change it (docs/protocol.md). Nothing here
// touches the page; timers are handed in, so that tests turn the clock.

import { applyNotice } from "./space-notices";
import type { CaptionsCard, EndReason, Frame, Person, Pin, RecordingSign, Role, Snapshot, SpaceDetails, StagePerson, TicketCard, UserId } from "./types";
import { sameUser } from "./types";

/** Milliseconds a missing event may be late before a new snapshot is asked for. */
export const GAP_MS = 500;

export interface SpaceEvent extends Frame {
  space: string;
  seq: number;
}

const RANK: Record<Role, number> = { host: 0, cohost: 1, speaker: 2, listener: 3 };

/** Whether a frame is an event that counts in its Space's seq. A tick and a snapshot name a seq without being one. */
export function isSpaceEvent(frame: Frame): frame is SpaceEvent {
  return (
    typeof frame.space === "string" &&
    typeof frame.seq === "number" &&
    frame.type !== "space.tick" &&
    frame.type !== "space.snapshot"
  );
}

/** The stage with `person` on it: in their place if they have one in this role, else last of their role. */
function withPerson(stage: StagePerson[], person: StagePerson): StagePerson[] {
  const at = stage.findIndex((other) => sameUser(other.id, person.id));
  if (at >= 0 && stage[at]?.role === person.role) return stage.with(at, person);
  const rest = stage.filter((other) => !sameUser(other.id, person.id));
  const after = rest.findLastIndex((other) => RANK[other.role] <= RANK[person.role]);
  return rest.toSpliced(after + 1, 0, person);
}

/** The stage with somebody in another role: last of it, as whoever comes anew would be. */
function withRole(stage: StagePerson[], user: UserId, role: Role): StagePerson[] {
  const person = stage.find((other) => sameUser(other.id, user));
  return person ? withPerson(stage, { ...person, role }) : stage;
}

function changed(stage: StagePerson[], user: UserId, change: Partial<StagePerson>): StagePerson[] {
  return stage.map((person) => (sameUser(person.id, user) ? { ...person, ...change } : person));
}

/** The snapshot after `event`. An event of a type this client does not know moves only `seq`. */
export function reduce(state: Snapshot, event: SpaceEvent): Snapshot {
  const data = (event.data ?? {}) as Record<string, unknown>;
  const next = { ...state, seq: event.seq };
  const user = data["user"] as UserId;
  switch (event.type) {
    case "space.ended":
      next.space = {
        ...state.space,
        state: "ended",
        end_reason: data["reason"] as EndReason,
        ended_at: data["ended_at"] as string,
        host_absent_until: null,
      };
      // Who was in the room no longer is; no event says so of each.
      next.stage = state.stage.map((person) => ({ ...person, present: false }));
      next.captions = { ...state.captions, worker: "absent" };
      // Nothing is left to ask or to answer.
      next.queue = null;
      next.invitations = null;
      next.blocked_words = null;
      next.recording = { on: false, since: null, trouble: "" };
      if (state.me) next.me = { ...state.me, joined: false, request: null, invitation: null, can: [] };
      return next;
    case "space.started":
      next.space = {
        ...state.space,
        state: "live",
        started_at: data["started_at"] as string,
        host_absent_until: data["host_absent_until"] as string,
      };
      return next;
    case "space.moved":
      next.space = { ...state.space, scheduled_at: data["scheduled_at"] as string, time_zone: data["time_zone"] as string };
      return next;
    case "space.cancelled":
    case "space.expired":
      next.space = {
        ...state.space,
        state: event.type === "space.cancelled" ? "cancelled" : "expired",
        ended_at: data["ended_at"] as string,
      };
      return next;
    case "space.host_left":
      next.space = { ...state.space, host_absent_until: data["ends_at"] as string };
      return next;
    case "space.host_returned":
      next.space = { ...state.space, host_absent_until: null };
      return next;
    case "stage.joined":
      next.stage = withPerson(state.stage, data as unknown as StagePerson);
      return next;
    case "stage.role_changed":
      next.stage = withRole(state.stage, user, data["role"] as Role);
      return next;
    case "space.edited":
      next.space = { ...state.space, ...(data as unknown as SpaceDetails) };
      return next;
    case "space.ticketed":
      next.space = { ...state.space, ticket: data["ticket"] as TicketCard | null };
      return next;
    case "captions.changed":
      next.captions = data as unknown as CaptionsCard;
      return next;
    case "space.pins_changed":
      next.pins = data["pins"] as Pin[];
      return next;
    case "space.host_changed":
      next.space = { ...state.space, host: data["host"] as Person, host_absent_until: null };
      return next;
    case "recording.started":
    case "recording.stopped":
    case "recording.trouble":
      next.recording = data as unknown as RecordingSign;
      return next;
    case "stage.left":
      next.stage = state.stage.filter((person) => !sameUser(person.id, user));
      return next;
    case "stage.muted":
      next.stage = changed(state.stage, user, { muted: Boolean(data["muted"]) });
      return next;
    case "stage.presence":
      next.stage = changed(state.stage, user, { present: Boolean(data["present"]) });
      return next;
    default:
      return next;
  }
}

/** What `user` is on stage, or null for a listener. The stage is the truth: `me` of a snapshot only starts it. */
export function placeOnStage(state: Snapshot, user: UserId | null): StagePerson | null {
  return state.stage.find((person) => sameUser(person.id, user)) ?? null;
}

export interface FeedOptions {
  /** Ask the server for a snapshot (`space.watch`); its answer comes back through `takeSnapshot`. */
  needSnapshot: () => void;
  onChange: (state: Snapshot, event: SpaceEvent | null) => void;
  /** Taps since the last tick, by kind. */
  onReactions?: (taps: Record<string, number>) => void;
  setTimer?: (run: () => void, ms: number) => unknown;
  clearTimer?: (timer: unknown) => void;
}

/**
 * Puts the frames of one Space in order: drops what it has, holds what came early, and asks for a snapshot when
 * something stays missing for GAP_MS.
 */
export class SpaceFeed {
  state: Snapshot | null = null;
  private readonly early = new Map<number, SpaceEvent>();
  private newest = -1;
  private timer: unknown = null;
  private readonly setTimer: (run: () => void, ms: number) => unknown;
  private readonly clearTimer: (timer: unknown) => void;

  constructor(private readonly options: FeedOptions) {
    this.setTimer = options.setTimer ?? ((run, ms) => setTimeout(run, ms));
    this.clearTimer = options.clearTimer ?? ((timer) => clearTimeout(timer as number));
  }

  /** Take a frame of this Space, whatever its type. */
  receive(frame: Frame): void {
    if (frame.type === "space.snapshot") {
      this.takeSnapshot(frame.data as Snapshot);
    } else if (frame.type === "space.tick") {
      this.takeTick(frame);
    } else if (isSpaceEvent(frame)) {
      this.newest = Math.max(this.newest, frame.seq);
      if (!this.state || frame.seq > this.state.seq) this.early.set(frame.seq, frame);
      this.drain();
    } else if (this.state) {
      const next = applyNotice(this.state, frame);
      if (next === this.state) return;
      this.state = next;
      this.options.onChange(next, null);
    }
  }

  /**
   * Start from `snapshot`. One that is older than what is known (its answer was overtaken by events) gives only
   * `me`, the consent, the count, and what only host and co-hosts see (none of which is counted in seq).
   */
  takeSnapshot(snapshot: Snapshot): void {
    this.newest = Math.max(this.newest, snapshot.seq);
    const stale = this.state !== null && snapshot.seq < this.state.seq;
    const { me, recording_consent, listeners, queue, invitations, blocked_words } = snapshot;
    const own = { me, recording_consent, listeners, queue, invitations, blocked_words };
    this.state = stale && this.state ? { ...this.state, ...own } : snapshot;
    for (const seq of this.early.keys()) if (seq <= this.state.seq) this.early.delete(seq);
    this.options.onChange(this.state, null);
    this.drain();
  }

  /** Change the snapshot by what a reply said, ahead of the frames that will say so too. */
  learn(change: (snapshot: Snapshot) => Snapshot): void {
    if (!this.state) return;
    this.state = change(this.state);
    this.options.onChange(this.state, null);
  }

  /** Stop the clock; the feed is done. */
  close(): void {
    this.stopTimer();
    this.early.clear();
  }

  private takeTick(frame: Frame): void {
    const data = (frame.data ?? {}) as { listeners?: number; seq?: number; reactions?: Record<string, number> };
    if (data.reactions) this.options.onReactions?.(data.reactions);
    const seq = data.seq ?? frame.seq;
    if (typeof seq === "number") this.newest = Math.max(this.newest, seq);
    if (this.state && typeof data.listeners === "number" && data.listeners !== this.state.listeners) {
      this.state = { ...this.state, listeners: data.listeners };
      this.options.onChange(this.state, null);
    }
    this.watchGap();
  }

  private drain(): void {
    while (this.state) {
      const event = this.early.get(this.state.seq + 1);
      if (!event) break;
      this.early.delete(event.seq);
      this.state = reduce(this.state, event);
      this.options.onChange(this.state, event);
    }
    this.watchGap();
  }

  private watchGap(): void {
    const whole = this.state !== null && this.state.seq >= this.newest;
    if (whole) {
      this.stopTimer();
    } else if (this.timer === null) {
      this.timer = this.setTimer(() => {
        this.timer = null;
        if (this.state && this.state.seq >= this.newest) return;
        this.options.needSnapshot();
        this.watchGap();
      }, GAP_MS);
    }
  }

  private stopTimer(): void {
    if (this.timer !== null) this.clearTimer(this.timer);
    this.timer = null;
  }
}
