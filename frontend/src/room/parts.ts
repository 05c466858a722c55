// What the room is drawn from and acts on: the player, and what stands beside it.

import { Store } from "../lib/events";
import type { Player } from "../player/player";
import type { Replay } from "../replay/replay";
import type { RoomCaptions } from "./captions";
import type { RoomChat } from "./chat";
import type { Mutes } from "./mutes";
import type { Tipping } from "./tipping";

export interface Parts {
  player: Player;
  captions: RoomCaptions;
  chat: RoomChat;
  mutes: Mutes;
  tipping: Tipping;
  /** What is heard again, when nothing is live. */
  replay: Replay;
  /** Whether the reactions are in reach. */
  tray: Store<{ open: boolean }>;
}
