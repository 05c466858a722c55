// What the room is drawn from and acts on: the player, and what stands beside it.

import { Store } from "../lib/events";
import type { Player } from "../player/player";
import type { RoomCaptions } from "./captions";
import type { RoomChat } from "./chat";
import type { Mutes } from "./mutes";

export interface Parts {
  player: Player;
  captions: RoomCaptions;
  chat: RoomChat;
  mutes: Mutes;
  /** Whether the reactions are in reach. */
  tray: Store<{ open: boolean }>;
}
