// The REST API: JSON both ways, the CSRF token from its cookie, refusals as ApiError.

import { t } from "./lib/words";
import type { Line, RoomWords, Taps } from "./replay/steps";
import type {
  CaptionLine,
  GuestJoined,
  Joined,
  Listener,
  Message,
  Page,
  Person,
  Pin,
  Profile,
  RoomPost,
  Space,
  SpaceDetails,
  SpaceTips,
  TicketOffer,
  TipPrices,
  Topic,
} from "./types";

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

/** Call the API at `path` (from "/api/v1" on, or whole) and return the JSON it answers; raises ApiError. */
export async function call<Answer>(method: string, path: string, body?: unknown): Promise<Answer> {
  const headers: Record<string, string> = { Accept: "application/json" };
  const request: RequestInit = { method, headers, credentials: "same-origin", signal: AbortSignal.timeout(TIMEOUT_MS) };
  if (method !== "GET") {
    headers["X-CSRFToken"] = csrfToken();
    headers["Content-Type"] = "application/json";
    request.body = JSON.stringify(body ?? {});
  }
  let response: Response;
  try {
    response = await fetch(path, request);
  } catch (error) {
    if (error instanceof DOMException && error.name === "TimeoutError") {
      throw new ApiError("timeout", t("The server takes too long to answer. Try again."));
    }
    throw new ApiError("network", t("The server cannot be reached. Check your connection."));
  }
  if (!response.ok) throw await refusal(response);
  return (response.status === 204 ? null : await response.json()) as Answer;
}

const space = (id: string) => `/api/v1/spaces/${encodeURIComponent(id)}`;

export const spaceCard = (id: string) => call<Space>("GET", `${space(id)}/`);
/** With `warn` refused with `space.blocked_on_stage` while somebody one blocked is on stage. */
export const joinSpace = (id: string, warn = false) => call<Joined>("POST", `${space(id)}/join/`, warn ? { warn } : undefined);
export const leaveSpace = (id: string, connection: string) =>
  call<unknown>("POST", `${space(id)}/leave/`, { connection });
export const endSpace = (id: string) => call<unknown>("POST", `${space(id)}/end/`);
export const spaceListeners = (id: string, query = "") =>
  call<Page<Listener>>("GET", `${space(id)}/listeners/${query ? `?q=${encodeURIComponent(query)}` : ""}`);
export const guestJoin = (id: string) => call<GuestJoined>("POST", `${space(id)}/guest-join/`);
export const guestLeave = (id: string, token: string) => call<unknown>("POST", `${space(id)}/guest-leave/`, { token });
export const spaceMessages = (id: string) => call<Page<Message>>("GET", `${space(id)}/messages/`);
/** The latest captions, or those before `before_ms`, the latest first. */
export const earlierCaptions = (id: string, before_ms: number | null) =>
  call<Page<CaptionLine>>("GET", `${space(id)}/captions/${before_ms === null ? "" : `?before_ms=${before_ms}`}`);
export const topics = () => call<Topic[]>("GET", "/api/v1/topics/");

export const spacePosts = (id: string) => call<Page<RoomPost>>("GET", `${space(id)}/posts/`);
export const postFromSpace = (id: string, text: string) => call<RoomPost>("POST", `${space(id)}/posts/`, { text });
export const writePost = (text: string, space_id: string | null) =>
  call<RoomPost>("POST", "/api/v1/posts/", { text, space_id });
export const deletePost = (id: string) => call<unknown>("DELETE", `/api/v1/posts/${encodeURIComponent(id)}/`);

type Edit = Partial<Omit<SpaceDetails, "topics" | "locked">> & { topics?: string[] };
export const editSpace = (id: string, changes: Edit) => call<unknown>("PATCH", `${space(id)}/`, changes);
export const addPin = (id: string, pin: Omit<Pin, "id">) => call<Pin>("POST", `${space(id)}/pins/`, pin);

const user = (handle: string) => `/api/v1/users/${encodeURIComponent(handle)}`;
export const profile = (handle: string) => call<Profile>("GET", `${user(handle)}/`);
export const follow = (handle: string) => call<unknown>("PUT", `${user(handle)}/follow/`);
export const unfollow = (handle: string) => call<unknown>("DELETE", `${user(handle)}/follow/`);

export const following = (handle: string) => call<Page<Person>>("GET", `${user(handle)}/following/?limit=100`);
export const conversations = () => call<Page<{ person: Person }>>("GET", "/api/v1/conversations/?limit=20");
export const sendMessage = (handle: string, text: string, space_id: string | null) =>
  call<unknown>("POST", `${user(handle)}/messages/`, { text, space_id });
export const findPeople = async (query: string): Promise<Person[]> => {
  const found = await call<{ people: Page<Person> | null }>("GET", `/api/v1/search/?kind=people&q=${encodeURIComponent(query)}`);
  return found.people?.results ?? [];
};

/** The offer of a ticketed Space, and what one is to it. */
export const ticketOffer = (id: string) => call<TicketOffer>("GET", `${space(id)}/offer/`);
export const joinWaitlist = (id: string) => call<TicketOffer>("PUT", `${space(id)}/waitlist/`);
export const leaveWaitlist = (id: string) => call<unknown>("DELETE", `${space(id)}/waitlist/`);
export const giveSeatBack = (order: string) => call<unknown>("DELETE", `/api/v1/orders/${encodeURIComponent(order)}/`);
export const spaceTips = (id: string) => call<SpaceTips>("GET", `${space(id)}/tips/`);
export const tipPrices = (handle: string) => call<TipPrices>("GET", `${user(handle)}/tips/`);
export const tipPrice = (handle: string, amount: number) => call<TipPrices>("GET", `${user(handle)}/tips/?amount=${amount}`);

export const setTimeZone = (name: string) => call<unknown>("PATCH", "/api/v1/me/", { time_zone: name });

const myMute = (handle: string) => `/api/v1/me/mutes/${encodeURIComponent(handle)}/`;
export const myMutes = () => call<Page<Person>>("GET", "/api/v1/me/mutes/?limit=100");
export const mutePerson = (handle: string) => call<unknown>("PUT", myMute(handle));
export const unmutePerson = (handle: string) => call<unknown>("DELETE", myMute(handle));

const myBlock = (handle: string) => `/api/v1/me/blocks/${encodeURIComponent(handle)}/`;
export const myBlocks = () => call<Page<Person>>("GET", "/api/v1/me/blocks/?limit=100");
export const blockPerson = (handle: string) => call<unknown>("PUT", myBlock(handle));
export const sendReport = (kind: string, id: string, category: string, words: string) =>
  call<unknown>("POST", "/api/v1/reports/", { kind, id, category, words });
export const unblockPerson = (handle: string) => call<unknown>("DELETE", myBlock(handle));

/** The page that a page's `next` names. Only its path and query are used: proxies change hosts. */
export function nextPage<Row>(next: string): Promise<Page<Row>> {
  const address = new URL(next, location.href);
  return call<Page<Row>>("GET", address.pathname + address.search);
}

export const replayOf = (id: string) => call<{ audio: { url: string }; duration_ms: number }>("GET", `${space(id)}/replay/`);
export const replayLines = (id: string) => call<Line[]>("GET", `${space(id)}/replay/transcript/`);
export const replayMoments = (id: string) =>
  call<{ messages: RoomWords[]; reactions: Taps[] }>("GET", `${space(id)}/replay/moments/`);
export const replayPlayed = (id: string) => call<unknown>("POST", `${space(id)}/replay/plays/`);
export const cutLastWords = (id: string) => call<{ id: string }>("POST", `${space(id)}/clips/`, { caption: "" });
export const clipPlayed = (id: string) => call<unknown>("POST", `/api/v1/clips/${encodeURIComponent(id)}/plays/`);
