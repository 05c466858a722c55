// The number on the inbox, in the page's title and in the navigation, and toasts of what is urgent.

import { Once, badgeText, countOf, isForToast, isLive, reduceCounts, titleWith, toastWords } from "../inbox-counts";
import type { InboxCounts, NotificationCard } from "../inbox-counts";
import { t, tn } from "../lib/words";
import { refreshMain, visit } from "../navigation";
import type { Player } from "../player/player";
import type { LiveSocket } from "../socket";
import { dismissToastsAbout, toast } from "./toasts";

let counts: InboxCounts = { messages: 0, notifications: 0 };

/** Write the counts wherever the page shows them; after each move, since #main and the title are new. */
export function refreshCounts(): void {
  for (const badge of document.querySelectorAll<HTMLElement>("[data-count-of]")) {
    const count = countOf(counts, badge.dataset["countOf"] ?? "");
    badge.textContent = badgeText(count);
    badge.hidden = count === 0;
    const link = badge.closest<HTMLElement>("a[aria-label]");
    if (link) {
      // The label is all that a screen reader hears of the link.
      const name = (link.dataset["name"] ??= link.getAttribute("aria-label") ?? "");
      link.setAttribute("aria-label", count > 0 ? tn("{label}, {count} new", "{label}, {count} new", count, { label: name, count: badgeText(count) }) : name);
    }
  }
  const all = countOf(counts, "inbox");
  document.title = titleWith(all, document.title);
  tellBadge(all);
}

let badged = -1;

/** The number on the app's icon, where it is installed; elsewhere browsers pass over it. */
function tellBadge(count: number): void {
  if (count === badged || !("setAppBadge" in navigator)) return;
  badged = count;
  void (count > 0 ? navigator.setAppBadge(count) : navigator.clearAppBadge()).catch(() => undefined);
}

function isCentreInSight(): boolean {
  return document.visibilityState === "visible" && location.search === "" && document.querySelector("[data-notifications]") !== null;
}

export function startInboxNotices(socket: LiveSocket, player: Player, join: (space: string, title: string) => void): void {
  const once = new Once();
  // Whoever has come in need not be told to.
  player.store.subscribe(({ phase, spaceId }) => {
    if ((phase === "joining" || phase === "live") && spaceId) dismissToastsAbout(spaceId);
  });
  socket.on("frame", (frame) => {
    const after = reduceCounts(counts, frame);
    if (after !== counts) {
      counts = after;
      refreshCounts();
    }
    if (frame.type !== "notification.added") return;
    const { notification: card } = frame.data as { notification: NotificationCard };
    if (!once.isNew(card.id)) return;
    if (isCentreInSight()) refreshMain();
    else if (isForToast(card, player.isLive ? player.state.spaceId : "")) {
      const action = isLive(card)
        ? { label: t("Listen"), run: () => join(card.space ?? "", card.text || card.title) }
        : { label: t("Open"), run: () => visit(`/inbox/notifications/${card.id}/`) };
      toast(toastWords(card), { action, ...(card.space ? { about: card.space } : {}) });
    }
  });
}
