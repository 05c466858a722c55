// Tickets on the page: seats that are held run down, and what happens to one's seat elsewhere shows here without a reload.

import { clock } from "./lib/format";
import { t } from "./lib/words";
import { refreshMain } from "./navigation";
import type { Player } from "./player/player";
import type { LiveSocket } from "./socket";
import type { Frame } from "./types";
import { startCheckout } from "./view/checkout";
import { closeTicketSheet, openTicketSheet, refreshTicketSheet } from "./view/ticket-sheet";
import { toast } from "./view/toasts";

/** What the page shows has to do with this Space's tickets, or with all of one's own. */
function isShown(space: string): boolean {
  return document.querySelector(`#main [data-ticket-space="${CSS.escape(space)}"], #main [data-tickets]`) !== null;
}

function countDown(): void {
  const now = Date.now();
  let isOver = false;
  for (const element of document.querySelectorAll<HTMLElement>("#main [data-left]")) {
    const until = Date.parse(element.dataset["left"] ?? "");
    if (Number.isNaN(until)) continue;
    const text = clock((until - now) / 1000);
    if (element.textContent !== text) element.textContent = text;
    if (until > now) continue;
    delete element.dataset["left"];
    isOver = true;
  }
  // The server lets go within seconds; what it then says is true.
  if (isOver) setTimeout(refreshMain, 1_000);
}

export function startTickets(player: Player, socket: LiveSocket, join: (space: string, title: string) => void): void {
  startCheckout(player);
  player.on("ticketRequired", ({ space, title }) => openTicketSheet(space, title));

  const changed = (frame: Frame) => {
    if (frame.type !== "ticket.changed" || !frame.space) return;
    const { space } = frame;
    const { reason, title } = frame.data as { reason: string; title: string };
    if (isShown(space)) refreshMain();
    if (reason !== "paid") {
      refreshTicketSheet(space);
      return;
    }
    if (closeTicketSheet(space)) toast(t("You have a ticket for “{title}”.", { title }), { action: { label: t("Join"), run: () => join(space, title) } });
  };
  socket.on("frame", changed);
  setInterval(() => {
    if (document.visibilityState === "visible") countDown();
  }, 1000);
  document.addEventListener("visibilitychange", countDown);
}
