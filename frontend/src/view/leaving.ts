// Leaving and ending, asked once where it cannot be undone.

import { heirs } from "../acts";
import { ApiError } from "../api";
import { firstName } from "../lib/format";
import { t, tn } from "../lib/words";
import type { Player } from "../player/player";
import { isHosting, viewer } from "../player/state";
import type { Parts } from "../room/parts";
import type { Snapshot } from "../types";
import { ask } from "./dialogs";
import { openHeirs } from "./heirs";
import { toast } from "./toasts";

let asking = false;

/** What becomes of the Space when its host only leaves. */
function afterwards(snapshot: Snapshot | null): string {
  const heir = snapshot?.stage.find((person) => person.role === "cohost" && person.present);
  return heir
    ? t("If you only leave, {name} takes over after two minutes, unless you come back.", { name: firstName(heir.name) })
    : t("If you only leave, it goes on without you for two minutes and then ends, unless you come back.");
}

/** Leave; a host is asked first: end the Space for everybody, hand it over, or only go. */
export async function leaveOrEnd(parts: Parts): Promise<void> {
  const { player } = parts;
  if (!isHosting(player.state)) return player.leave();
  if (asking) return;
  asking = true;
  const { snapshot } = player.state;
  const listeners = snapshot?.listeners ?? 0;
  const ending = t("It ends at once for everyone in it, and cannot be started again.");
  const audience = listeners > 0 ? [tn("{count} person is listening.", "{count} people are listening.", listeners)] : [];
  const mayHandOver = snapshot !== null && heirs(snapshot, viewer()).length > 0;
  const choice = await ask({
    name: "end",
    title: t("End this Space?"),
    text: [...audience, ending, afterwards(snapshot)].join(" "),
    choices: [
      { value: "end", label: t("End for everyone"), kind: "danger" },
      ...(mayHandOver ? [{ value: "hand-over", label: t("Hand over and leave") }] : []),
      { value: "leave", label: t("Only leave") },
    ],
    stay: t("Stay"),
  });
  asking = false;
  if (choice === "leave") await player.leave();
  else if (choice === "end") await endForAll(player);
  else if (choice === "hand-over" && (await openHeirs(parts))) await player.leave();
}

async function endForAll(player: Player): Promise<void> {
  try {
    await player.end();
  } catch (error) {
    const text = error instanceof ApiError ? error.message : t("The Space could not be ended. Try again.");
    toast(text, { kind: "error", action: { label: t("Try again"), run: () => void endForAll(player) } });
  }
}

/** Join another Space; a host on air is asked before theirs is left. */
export async function mayLeaveFor(player: Player, spaceId: string): Promise<boolean> {
  if (!isHosting(player.state) || player.state.spaceId === spaceId) return true;
  const choice = await ask({
    name: "switch",
    title: t("Leave your own Space?"),
    text: [t("You are hosting a Space."), afterwards(player.state.snapshot)].join(" "),
    choices: [{ value: "leave", label: t("Leave it"), kind: "danger" }],
    stay: t("Stay"),
  });
  return choice === "leave";
}
