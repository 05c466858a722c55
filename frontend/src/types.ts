// What the server sends, as docs/protocol.md and the API describe it.

export type UserId = string;
export type Role = "host" | "cohost" | "speaker" | "listener";

export interface Person {
  id: UserId;
  handle: string;
  name: string;
  /** Address of the picture, or "" where there is none. */
  picture: string;
}

export interface StagePerson extends Person {
  role: Role;
  muted: boolean;
  present: boolean;
}

export interface Topic {
  slug: string;
  name: string;
}

export type EndReason = "host" | "host_left" | "staff";

export type SpaceState = "scheduled" | "live" | "ended" | "cancelled" | "expired";

export type SpeakPolicy = "everyone" | "following" | "invited";
export type MessagePolicy = "everyone" | "followers" | "off";

/** What host and co-hosts may change of a Space. */
export interface SpaceDetails {
  title: string;
  topics: Topic[];
  description: string;
  language: string;
  recording_wanted: boolean;
  captions_wanted: boolean;
  /** Whether offensive words in captions are masked; rough ones always are. */
  captions_masked: boolean;
  clips_allowed: boolean;
  rules: string;
  speak_policy: SpeakPolicy;
  message_policy: MessagePolicy;
  guests_allowed: boolean;
  /** Whether messages of new accounts wait for host or co-host. */
  strict_messages: boolean;
  locked: boolean;
}

/** What it costs to come in: minor units of a currency, and words. */
export interface TicketCard {
  amount: number;
  currency: string;
  price: string;
  words: string;
}

export interface Space extends SpaceDetails {
  id: string;
  state: SpaceState;
  host: Person;
  scheduled_at: string | null;
  time_zone: string;
  series: string | null;
  started_at: string | null;
  ended_at: string | null;
  end_reason: EndReason | "" | null;
  host_absent_until: string | null;
  /** Null where everybody gets in free. */
  ticket: TicketCard | null;
}

/** A link, a few words, or both, in everybody's sight. */
export interface Pin {
  id: string;
  url: string;
  title: string;
}

export interface OwnRequest {
  pitch: string;
  asked_at: string;
  before: number;
}

export type InvitedRole = "speaker" | "cohost";

export interface OwnInvitation {
  role: InvitedRole;
  by: Person;
}

export interface OwnPlace {
  role: Role;
  muted: boolean;
  joined: boolean;
  connection: string;
  request: OwnRequest | null;
  invitation: OwnInvitation | null;
  /** The actions of docs/permissions.md that this role has. */
  can: string[];
}

/** Somebody who asks to speak, as host and co-hosts see them. */
export interface QueuedRequest extends Person {
  pitch: string;
  asked_at: string;
  follower_count: number;
  times_spoken: number;
}

/** Somebody who is invited and has not answered. */
export interface SentInvitation extends Person {
  role: InvitedRole;
  by: UserId;
}

/** Captions of a Space whose host wants them. */
export interface CaptionsCard {
  /** Whether there is a model for its language. */
  available: boolean;
  /** Whether it mishears a lot. */
  rough: boolean;
  /** Whether somebody writes along now, or is about to. */
  worker: "absent" | "starting" | "on";
}

/** The sign that a Space is being recorded; `trouble` says what keeps it from being ("" for nothing). */
export interface RecordingSign {
  on: boolean;
  since: string | null;
  trouble: "" | "disk_full" | "storage" | "no_recorder";
}

/** What somebody has said; times are milliseconds since the Space's start. */
export interface CaptionLine {
  id: string;
  /** Null once the account is gone. */
  user: UserId | null;
  name: string;
  starts_at_ms: number;
  ends_at_ms: number;
  text: string;
  masked: boolean;
}

export interface Snapshot {
  space: Space;
  stage: StagePerson[];
  listeners: number;
  /** How many asked to be reminded of a Space that has not started. */
  waiting: number;
  pins: Pin[];
  me: OwnPlace | null;
  /** Null but for host and co-hosts. */
  queue: QueuedRequest[] | null;
  /** Null but for host and co-hosts. */
  invitations: SentInvitation[] | null;
  /** What no message may have in it. Null but for host and co-hosts. */
  blocked_words: string[] | null;
  captions: CaptionsCard;
  recording: RecordingSign;
  /** Whether the reader agreed to be recorded here; null for guests. */
  recording_consent: boolean | null;
  seq: number;
}

export interface Bubble {
  space: string;
  title: string;
  people: Person[];
  others: number;
  listeners: number;
  started_at: string | null;
}

/** A frame from the server; `space` and `seq` where it concerns a Space. */
export interface Frame {
  type: string;
  space?: string;
  seq?: number;
  data?: unknown;
}

export interface AudioAccess {
  url: string;
  token: string;
  room: string;
  identity: string;
  expires_at: string;
}

export interface Listener extends Person {
  is_following?: boolean;
}

export interface Profile extends Person {
  bio: string;
  follower_count: number;
  is_following: boolean;
  is_blocked: boolean;
}

/** A few words that somebody wrote in the room. */
export interface Message {
  id: string;
  author: Person;
  role: Role;
  text: string;
  /** Waits for host or co-host; only they and its author see it. */
  held: boolean;
  created_at: string;
}

/** A post about a Space, as its room shows it. */
export interface RoomPost {
  id: string;
  author: Person;
  text: string;
  created_at: string;
  likes: number;
  replies: number;
}

/** What one is to the offer of a Space: see `me` of docs/openapi.yaml. */
export type TicketStanding =
  | "selling"
  | "free"
  | "mine"
  | "held"
  | "kept"
  | "waiting"
  | "buy"
  | "sold_out"
  | "not_yet"
  | "closed"
  | "off";

export interface TicketOffer {
  space: string;
  price: string;
  seats_left: number;
  few_left: number;
  includes_replay: boolean;
  sale_opens_at: string | null;
  me: TicketStanding;
  order: string | null;
  held_until: string | null;
  position: number | null;
  kept_until: string | null;
  is_stand_in: boolean;
}

/** What the room was told of a tip; `by` is null where the giver wants to be unnamed. */
export interface Thanks {
  id: string;
  by: Person | null;
  to: Person;
  at: string;
}

/** What a tip costs; amounts in minor units. */
export interface TipPrice {
  amount: number;
  card_fee: number;
  total: number;
  amount_words: string;
  card_fee_words: string;
  total_words: string;
}

export interface TipPrices {
  currency: string;
  least: number;
  most: number;
  choices: TipPrice[];
  /** Of the amount that was asked for. */
  asked: TipPrice | null;
  message_max: number;
  is_stand_in: boolean;
}

export interface Page<Row> {
  next: string | null;
  previous: string | null;
  results: Row[];
}

export function sameUser(a: UserId | null | undefined, b: UserId | null | undefined): boolean {
  return a != null && b != null && String(a) === String(b);
}
