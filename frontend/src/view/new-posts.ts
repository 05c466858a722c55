// "Show new posts" on top of home: somebody one follows has written while the page stands there.

import { announce } from "../announce";
import { t } from "../lib/words";
import type { LiveSocket } from "../socket";

/** Show the button, where home has one; a tap on it loads home anew. It is said once. */
export function startNewPosts(socket: LiveSocket): void {
  socket.on("frame", (frame) => {
    if (frame.type !== "timeline.posted") return;
    const button = document.querySelector<HTMLElement>("[data-new-posts]");
    if (!button?.hidden) return;
    button.hidden = false;
    announce(t("There are new posts."));
  });
}
