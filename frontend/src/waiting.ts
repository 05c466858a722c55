// How many wait for a scheduled Space: the numbers of the page follow what the socket says (`data-waiting`).

import { shortCount } from "./lib/words";
import type { LiveSocket } from "./socket";

export function followWaiting(socket: LiveSocket): void {
  socket.on("frame", (frame) => {
    if (frame.type !== "space.waiting") return;
    const { count } = frame.data as { count: number };
    for (const number of document.querySelectorAll<HTMLElement>(`[data-waiting="${CSS.escape(frame.space ?? "")}"]`)) {
      number.textContent = shortCount(count);
    }
  });
}
