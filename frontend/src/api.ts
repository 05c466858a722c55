// The REST API: JSON both ways, the CSRF token from its cookie, refusals as ApiError.

import type { components, paths } from "../generated/api";
import { whereTo } from "./lib/push-message";
import { t } from "./lib/words";
import type { Page, Person, Pin, SpaceDetails } from "./types";

const TIMEOUT_MS = 15_000;

/** A refusal in the API's one shape. `code` "network" and "timeout" are ours: the server was not reached. */
export class ApiError extends Error {
  constructor(
    readonly code: string,
    message: string,
    readonly status = 0,
    readonly fields: Record<string, string[]> = {},
    /** The whole refusal: some say more than the others. */
    readonly body: Readonly<Record<string, unknown>> = {},
  ) {
    super(message);
    this.name = "ApiError";
  }

  /** Whether asking again may help: the server was not reached, was busy, or stumbled. */
  get passing(): boolean {
    return this.status === 0 || this.status === 429 || this.status >= 500;
  }
}

function csrfToken(): string {
  const cookie = /(?:^|;\s*)csrftoken=([^;]*)/.exec(document.cookie);
  if (cookie?.[1]) return decodeURIComponent(cookie[1]);
  return document.body.dataset["csrf"] ?? "";
}

async function refusal(response: Response): Promise<ApiError> {
  const answer: unknown = await response.json().catch(() => null);
  const body = (answer ?? {}) as { code?: string; message?: string; fields?: Record<string, string[]> };
  return new ApiError(
    body.code ?? `http_${response.status}`,
    body.message ?? t("The server could not do that. Try again in a moment."),
    response.status,
    body.fields ?? {},
    body,
  );
}

type Method = "GET" | "POST" | "PUT" | "PATCH" | "DELETE";

/** The addresses of the description that take a method. */
type Address<M extends Method> = {
  [P in keyof paths]: paths[P][Lowercase<M>] extends { responses: unknown } ? P : never;
}[keyof paths];
type Operation<M extends Method, P extends Address<M>> = paths[P][Lowercase<M>];

type Json<Content> = Content extends { content: { "application/json": infer Body } } ? Body : null;
/** What an operation answers with when it was done; null where that says all. */
type Answer<Op> = Op extends { responses: infer Responses } ? Json<Responses[keyof Responses & (200 | 201 | 202 | 204)]> : never;

/** Ids are text here, also those that are numbers to the server. */
type Text<Path> = { [Name in keyof Path]: Path[Name] extends number ? string | number : Path[Name] };
type Parts<Op> = Op extends { parameters: { path: infer Path extends object } } ? { path: Text<Path> } : { path?: never };
type Query<Op> = Op extends { parameters: { query?: infer Query } } ? { query?: Query } : { query?: never };
type Body<Op> = Op extends { requestBody: { content: { "application/json": infer Body } } }
  ? { body: Body }
  : Op extends { requestBody?: { content: { "application/json": infer Body extends object } } }
    ? { body?: Body }
    : { body?: never };
/** What an operation takes: parts of its address, query and body, as the description has them. */
type Input<Op> = Op extends unknown ? Parts<Op> & Query<Op> & Body<Op> : never;

/**
 * Call an operation of the API as its description (docs/openapi.yaml) has it, and return what it answers; raises ApiError.
 * An address, a field or a parameter that is not described does not compile.
 */
export function call<M extends Method, P extends Address<M>>(
  method: M,
  address: P,
  ...input: object extends Input<Operation<M, P>> ? [Input<Operation<M, P>>?] : [Input<Operation<M, P>>]
): Promise<Answer<Operation<M, P>>>;
export function call(method: Method, address: string, input: unknown = {}): Promise<unknown> {
  const { path = {}, query = {}, body } = input as Partial<Record<"path" | "query" | "body", Record<string, unknown>>>;
  const filled = address.replace(/\{(\w+)\}/g, (_, name: string) => encodeURIComponent(String(path[name])));
  const asked = new URLSearchParams(Object.entries(query).map(([name, value]) => [name, String(value)])).toString();
  return request(method, asked ? `${filled}?${asked}` : filled, body);
}

async function request(method: Method, path: string, body?: unknown): Promise<unknown> {
  const headers: Record<string, string> = { Accept: "application/json" };
  const init: RequestInit = { method, headers, credentials: "same-origin", signal: AbortSignal.timeout(TIMEOUT_MS) };
  if (method !== "GET") {
    headers["X-CSRFToken"] = csrfToken();
    headers["Content-Type"] = "application/json";
    init.body = JSON.stringify(body ?? {});
    // What is told as one goes is told although the page is left; browsers take little of it at a time.
    init.keepalive = init.body.length < 2_000;
  }
  let response: Response;
  try {
    response = await fetch(path, init);
  } catch (error) {
    if (error instanceof DOMException && error.name === "TimeoutError") {
      throw new ApiError("timeout", t("The server takes too long to answer. Try again."));
    }
    throw new ApiError("network", t("The server cannot be reached. Check your connection."));
  }
  if (!response.ok) throw await refusal(response);
  return response.status === 204 ? null : await response.json();
}

/** What led somebody into a Space. */
export type CameFrom = components["schemas"]["CameFromEnum"];
/** What became of a tap: milliseconds from it, null for what did not happen. */
export interface JoinTold {
  came_from: CameFrom;
  joined_ms: number | null;
  sound_ms: number | null;
  guest_token?: string;
}

const ofSpace = (space_id: string) => ({ path: { space_id } });
const ofPerson = (handle: string) => ({ path: { handle } });

export const spaceCard = (id: string) => call("GET", "/api/v1/spaces/{space_id}/", ofSpace(id));
/** With `warn` refused with `space.blocked_on_stage` while somebody one blocked is on stage. */
export const joinSpace = (id: string, warn = false, came_from: CameFrom = "other") =>
  call("POST", "/api/v1/spaces/{space_id}/join/", { ...ofSpace(id), body: { came_from, ...(warn ? { warn } : {}) } });
/** Only for figures: nobody waits for it, and nobody misses it. */
export const reportJoin = (id: string, body: JoinTold) =>
  void call("POST", "/api/v1/spaces/{space_id}/join-report/", { ...ofSpace(id), body }).catch(() => undefined);
export const reportSeen = (spaces: string[]) => void call("POST", "/api/v1/bubbles/seen/", { body: { spaces } }).catch(() => undefined);
export const leaveSpace = (id: string, connection: string) =>
  call("POST", "/api/v1/spaces/{space_id}/leave/", { ...ofSpace(id), body: { connection } });
export const endSpace = (id: string) => call("POST", "/api/v1/spaces/{space_id}/end/", ofSpace(id));
export const spaceListeners = (id: string, q = "") =>
  call("GET", "/api/v1/spaces/{space_id}/listeners/", { ...ofSpace(id), query: q ? { q } : {} });
export const guestJoin = (id: string) => call("POST", "/api/v1/spaces/{space_id}/guest-join/", ofSpace(id));
export const guestLeave = (id: string, token: string) =>
  call("POST", "/api/v1/spaces/{space_id}/guest-leave/", { ...ofSpace(id), body: { token } });
export const spaceMessages = (id: string) => call("GET", "/api/v1/spaces/{space_id}/messages/", ofSpace(id));
/** The latest captions, or those before `before_ms`, the latest first. */
export const earlierCaptions = (id: string, before_ms: number | null) =>
  call("GET", "/api/v1/spaces/{space_id}/captions/", { ...ofSpace(id), query: before_ms === null ? {} : { before_ms } });
export const topics = () => call("GET", "/api/v1/topics/");

export const spacePosts = (id: string) => call("GET", "/api/v1/spaces/{space_id}/posts/", ofSpace(id));
export const postFromSpace = (id: string, text: string) =>
  call("POST", "/api/v1/spaces/{space_id}/posts/", { ...ofSpace(id), body: { text } });
export const writePost = (text: string, space_id: string | null) => call("POST", "/api/v1/posts/", { body: { text, space_id } });
export const deletePost = (post_id: string) => call("DELETE", "/api/v1/posts/{post_id}/", { path: { post_id } });

type Edit = Partial<Omit<SpaceDetails, "topics" | "locked">> & { topics?: string[] };
export const editSpace = (id: string, body: Edit) => call("PATCH", "/api/v1/spaces/{space_id}/", { ...ofSpace(id), body });
export const addPin = (id: string, body: Omit<Pin, "id">) =>
  call("POST", "/api/v1/spaces/{space_id}/pins/", { ...ofSpace(id), body });

export const profile = (handle: string) => call("GET", "/api/v1/users/{handle}/", ofPerson(handle));
export const follow = (handle: string) => call("PUT", "/api/v1/users/{handle}/follow/", ofPerson(handle));
export const unfollow = (handle: string) => call("DELETE", "/api/v1/users/{handle}/follow/", ofPerson(handle));

export const following = (handle: string) =>
  call("GET", "/api/v1/users/{handle}/following/", { ...ofPerson(handle), query: { limit: 100 } });
export const conversations = () => call("GET", "/api/v1/conversations/", { query: { limit: 20 } });
export const sendMessage = (handle: string, text: string, space_id: string | null) =>
  call("POST", "/api/v1/users/{handle}/messages/", { ...ofPerson(handle), body: { text, space_id } });
export const findPeople = async (q: string): Promise<Person[]> =>
  (await call("GET", "/api/v1/search/", { query: { kind: "people", q } })).people?.results ?? [];
/** In a conversation, everything up to that message is read. */
export const conversationRead = (conversation_id: string, up_to: string) =>
  call("POST", "/api/v1/conversations/{conversation_id}/read/", { path: { conversation_id }, body: { up_to } });
export const answerIn = (conversation_id: string, text: string) =>
  call("POST", "/api/v1/conversations/{conversation_id}/messages/", { path: { conversation_id }, body: { text } });
export const deleteMessage = (conversation_id: string, message_id: string) =>
  call("DELETE", "/api/v1/conversations/{conversation_id}/messages/{message_id}/", { path: { conversation_id, message_id } });

/** The offer of a ticketed Space, and what one is to it. */
export const ticketOffer = (id: string) => call("GET", "/api/v1/spaces/{space_id}/offer/", ofSpace(id));
export const joinWaitlist = (id: string) => call("PUT", "/api/v1/spaces/{space_id}/waitlist/", ofSpace(id));
export const leaveWaitlist = (id: string) => call("DELETE", "/api/v1/spaces/{space_id}/waitlist/", ofSpace(id));
export const giveSeatBack = (order_id: string) => call("DELETE", "/api/v1/orders/{order_id}/", { path: { order_id } });
export const spaceTips = (id: string) => call("GET", "/api/v1/spaces/{space_id}/tips/", ofSpace(id));
export const tipPrices = (handle: string) => call("GET", "/api/v1/users/{handle}/tips/", ofPerson(handle));
export const tipPrice = (handle: string, amount: number) =>
  call("GET", "/api/v1/users/{handle}/tips/", { ...ofPerson(handle), query: { amount } });

export const setTimeZone = (time_zone: string) => call("PATCH", "/api/v1/me/", { body: { time_zone } });

export const myMutes = () => call("GET", "/api/v1/me/mutes/", { query: { limit: 100 } });
export const mutePerson = (handle: string) => call("PUT", "/api/v1/me/mutes/{handle}/", ofPerson(handle));
export const unmutePerson = (handle: string) => call("DELETE", "/api/v1/me/mutes/{handle}/", ofPerson(handle));
export const myBlocks = () => call("GET", "/api/v1/me/blocks/", { query: { limit: 100 } });
export const blockPerson = (handle: string) => call("PUT", "/api/v1/me/blocks/{handle}/", ofPerson(handle));
export const unblockPerson = (handle: string) => call("DELETE", "/api/v1/me/blocks/{handle}/", ofPerson(handle));
export type Report = components["schemas"]["ReportCreateRequest"];
export const sendReport = (kind: Report["kind"], id: string, category: Report["category"], words: string) =>
  call("POST", "/api/v1/reports/", { body: { kind, id, category, words } });

/** The page that a page's `next` names. Only its path and query are used: proxies change hosts. */
export async function nextPage<Row>(next: string): Promise<Page<Row>> {
  const address = new URL(next, location.href);
  return (await request("GET", address.pathname + address.search)) as Page<Row>;
}

export const replayOf = (id: string) => call("GET", "/api/v1/spaces/{space_id}/replay/", ofSpace(id));
export const replayLines = (id: string) => call("GET", "/api/v1/spaces/{space_id}/replay/transcript/", ofSpace(id));
export const replayMoments = (id: string) => call("GET", "/api/v1/spaces/{space_id}/replay/moments/", ofSpace(id));
export const replayPlayed = (id: string) => call("POST", "/api/v1/spaces/{space_id}/replay/plays/", ofSpace(id));
export const cutLastWords = (id: string) =>
  call("POST", "/api/v1/spaces/{space_id}/clips/", { ...ofSpace(id), body: { caption: "" } });
export const clipPlayed = (clip_id: string) => call("POST", "/api/v1/clips/{clip_id}/plays/", { path: { clip_id } });

export const pushDevices = () => call("GET", "/api/v1/push-subscriptions/");
export const addPushDevice = (subscription: PushSubscription) =>
  call("POST", "/api/v1/push-subscriptions/", { body: whereTo(subscription) });
export const removePushDevice = (subscription_id: string) =>
  call("DELETE", "/api/v1/push-subscriptions/{subscription_id}/", { path: { subscription_id } });
