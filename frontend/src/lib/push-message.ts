// What pushes are made of; without a browser around it, for the service worker, pages and tests.

import type { components } from "../../generated/api";
import { t } from "./words";

export interface Shown {
  title: string;
  body: string;
  tag?: string;
  icon?: string;
  data: { url: string };
}

const FALLBACK_URL = "/inbox/notifications/";

/** What to show for the text of a push; one that cannot be read says so little that it is still true. */
export function pushFrom(text: string, origin: string): Shown {
  let sent: Record<string, unknown> = {};
  try {
    const read: unknown = JSON.parse(text);
    if (read && typeof read === "object") sent = read as Record<string, unknown>;
  } catch {
    // Shown as the fallback.
  }
  const said = (name: string): string => (typeof sent[name] === "string" ? sent[name] : "");
  return {
    title: said("title") || t("Something new on Spaces"),
    body: said("body"),
    data: { url: ownUrl(said("url"), origin) },
    ...(said("tag") ? { tag: said("tag") } : {}),
    ...(said("icon") ? { icon: said("icon") } : {}),
  };
}

/** An address of this site, or that of the notifications for any other. */
function ownUrl(url: string, origin: string): string {
  try {
    const whole = new URL(url || FALLBACK_URL, origin);
    return whole.origin === origin ? whole.pathname + whole.search + whole.hash : FALLBACK_URL;
  } catch {
    return FALLBACK_URL;
  }
}

/** A key in base64url as the bytes that `subscribe` wants. */
export function keyBytes(key: string): Uint8Array<ArrayBuffer> {
  const signs = atob(key.replace(/-/g, "+").replace(/_/g, "/"));
  return Uint8Array.from(signs, (sign) => sign.charCodeAt(0));
}

export function sameBytes(one: ArrayBuffer | null, other: Uint8Array): boolean {
  if (!one || one.byteLength !== other.byteLength) return false;
  const bytes = new Uint8Array(one);
  return other.every((value, at) => bytes[at] === value);
}

/** The token that protects forms, of a page of ours. */
export function tokenIn(page: string): string {
  return /\bdata-csrf="([^"]+)"/.exec(page)?.[1] ?? "";
}

/** What the server takes of a subscription: where pushes go to, and how they are sealed. */
export function whereTo(subscription: PushSubscription): components["schemas"]["PushSubscribeRequest"] {
  const { endpoint = "", keys = {} } = subscription.toJSON();
  return { endpoint, keys: { p256dh: keys["p256dh"] ?? "", auth: keys["auth"] ?? "" } };
}
