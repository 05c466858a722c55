// Taps that join: everything with `data-join-space`. Its address stays for other clicks and without scripts.

import { t } from "../lib/words";
import type { CameFrom } from "../api";
import type { Player } from "../player/player";
import { viewer } from "../player/state";
import { loadLink } from "../player/sound";
import { cameFrom } from "./came-from";
import { ask } from "./dialogs";
import { mayLeaveFor } from "./leaving";

function isPlainClick(event: MouseEvent): boolean {
  return event.button === 0 && !event.ctrlKey && !event.metaKey && !event.shiftKey && !event.altKey;
}

function saysSaveData(): boolean {
  return (navigator as { connection?: { saveData?: boolean } }).connection?.saveData ?? false;
}

function titleOf(link: HTMLElement): string {
  const around = link.closest<HTMLElement>("[data-space]")?.querySelector("h1, h3");
  return link.dataset["title"] ?? around?.textContent?.trim() ?? "";
}

/** Somebody one blocked is on stage: asked once, at the tap. */
async function joinAnyway(words: string): Promise<boolean> {
  const answer = await ask({
    name: "blocked-on-stage",
    title: t("Join anyway?"),
    text: t("{warning} You will not hear them.", { warning: words }),
    choices: [{ value: "join", label: t("Join anyway") }],
    stay: t("Not now"),
  });
  return answer === "join";
}

async function join(player: Player, space: string, title: string, from: CameFrom): Promise<void> {
  if (await mayLeaveFor(player, space)) await player.join(space, { title, from, confirm: joinAnyway });
}

export interface Joining {
  /** Join a Space, asking a host on air first; `from` is what led there. */
  join: (space: string, title: string, from: CameFrom) => Promise<void>;
  /** After each move: get ready where a live Space is in sight, and join the one just started. */
  refresh: () => void;
}

export function startJoining(player: Player): Joining {
  const entered = new WeakSet<Element>();
  // In the capture phase: before htmx follows the link.
  document.addEventListener(
    "click",
    (event) => {
      const link = event.target instanceof Element ? event.target.closest<HTMLElement>("[data-join-space]") : null;
      // Without an account the link leads to the Space's page, which says how to come in: perhaps as a guest.
      if (!link?.dataset["joinSpace"] || !isPlainClick(event)) return;
      if (!viewer() && link.dataset["joinAsGuest"] === undefined) return;
      event.preventDefault();
      event.stopPropagation();
      void join(player, link.dataset["joinSpace"], titleOf(link), cameFrom(link));
    },
    { capture: true },
  );
  return {
    join: (space, title, from) => join(player, space, title, from),
    refresh: () => {
      const own = document.querySelector<HTMLElement>("#main [data-opens-itself]");
      if (own && !entered.has(own)) {
        entered.add(own);
        // A reload comes back by what the tab remembers; coming back to this address later should open nothing.
        const from = cameFrom(own);
        history.replaceState(history.state, "", location.pathname);
        const title = own.querySelector("h1")?.textContent?.trim() ?? "";
        void player.join(own.dataset["space"] ?? "", { title, from });
      } else if (document.querySelector(viewer() ? "[data-join-space]" : "[data-join-as-guest]") && !saysSaveData()) {
        const later = window.requestIdleCallback ?? ((run: () => void) => setTimeout(run, 200));
        later(() => void loadLink().catch(() => undefined));
      }
    },
  };
}
