// What the service worker does with a request. Pages and answers of the API always come from the network: a room, or a list of
// what is live, that is a minute old would be wrong. What never changes under its name is kept.

/** What the server says of this version of the site (rooms/views/pwa.py). */
export interface Version {
  version: string;
  offline: string;
  assets: string[];
}

export type Way =
  /** As if there were no worker. */
  | "network"
  /** From the network; without it, the page that says so. */
  | "page"
  /** Kept, and never fetched again: its name has a hash of what is in it. */
  | "kept"
  /** From the network; without it, what is kept. */
  | "fresh";

const PREFIX = "spaces-";
// As esbuild and Django's storage of static files write it.
const HASHED = /(-[A-Z0-9]{8}|\.[0-9a-f]{12})\.\w+$/;

export const cacheOf = ({ version }: Pick<Version, "version">): string => `${PREFIX}${version}`;

/** Caches of earlier versions. */
export function staleCaches(names: readonly string[], version: Version): string[] {
  return names.filter((name) => name.startsWith(PREFIX) && name !== cacheOf(version));
}

export function wayOf(request: Pick<Request, "method" | "mode" | "url">, origin: string, version: Version): Way {
  const url = new URL(request.url);
  if (request.method !== "GET" || url.origin !== origin) return "network";
  if (request.mode === "navigate") return "page";
  if (!version.assets.includes(url.pathname)) return "network";
  return HASHED.test(url.pathname) ? "kept" : "fresh";
}
