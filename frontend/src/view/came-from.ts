// What led somebody into a Space: the part of the page that they tapped in, or what led them to the Space's own page.

import type { CameFrom } from "../api";

const WAYS: readonly string[] = ["bubble", "tab", "link", "card", "notification", "profile"] satisfies CameFrom[];

const isWay = (said: string): said is CameFrom => WAYS.includes(said);

/** `data-from` of whatever is round the tap; on a Space's own page `?from=` of its address, else the link to it. */
export function cameFrom(tapped: Element | null): CameFrom {
  const around = tapped?.closest<HTMLElement>("[data-from]")?.dataset["from"];
  if (around && isWay(around)) return around;
  if (tapped && !tapped.closest("[data-space-state]")) return "other";
  const said = new URLSearchParams(location.search).get("from") ?? "";
  return isWay(said) ? said : "link";
}

/** A link to a Space that says that it was shared. */
export function sharedLink(url: string): string {
  const address = new URL(url, location.href);
  address.searchParams.set("from", "card");
  return address.href;
}
