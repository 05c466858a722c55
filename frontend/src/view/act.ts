// Acts of the stage: a command to the server, and its refusal in words.

import { t } from "../lib/words";
import type { Player } from "../player/player";
import type { CommandError } from "../socket";
import { toast } from "./toasts";

/** Carry out a command; returns whether it was done. What the server refuses is shown as it says it. */
export async function act(player: Player, type: string, data: Record<string, unknown> = {}): Promise<boolean> {
  try {
    await player.command(type, data);
    return true;
  } catch (error) {
    toast((error as CommandError).message || t("That did not work. Try again."), { kind: "error" });
    return false;
  }
}
