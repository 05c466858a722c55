// The row of actions under the room: one table, filtered by what this person may do now. A later feature adds a row.

import { can } from "../acts";
import { t, tn, tp } from "../lib/words";
import { isGuest, onStage, ownRole } from "../player/state";
import type { PlayerState } from "../player/state";
import type { Parts } from "../room/parts";
import { captionsUnavailable } from "./captions";
import { handUnavailable, openHand } from "./hand";
import type { IconName } from "./icons";
import { openMore, spaceUrl } from "./more";
import { openQueue } from "./queue";
import { toggleTray } from "./reactions";
import { share } from "./share";

export interface Action {
  name: string;
  label: (state: PlayerState) => string;
  /** What it is called where the label is an abbreviation; the label is in it. */
  spoken?: string;
  icon: (state: PlayerState) => IconName;
  shown: (state: PlayerState) => boolean;
  /** Null for an action that is not a switch. */
  pressed: ((state: PlayerState, parts: Parts) => boolean) | null;
  /** A number on it; 0 for none. */
  count?: (state: PlayerState, parts: Parts) => number;
  /** Why it cannot be used now, in words; "" when it can. It is said when it is tapped. */
  unavailable?: (state: PlayerState, parts: Parts) => string;
  key?: string;
  run: (parts: Parts) => void;
}

// Six stand beside one another on a phone: in the context "action" translations are as short as can be.
function micLabel(state: PlayerState): string {
  if (state.micStarting) return tp("action", "Starting…");
  return state.micOn ? tp("action", "Mute") : tp("action", "Unmute");
}

const speaks = (state: PlayerState): boolean => onStage(ownRole(state));
const runsIt = (state: PlayerState): boolean => can(state.snapshot, "stage.request_accept");

export const ACTIONS: Action[] = [
  {
    name: "mic",
    label: micLabel,
    icon: (state) => (state.micOn ? "mic" : "mic-off"),
    shown: speaks,
    pressed: (state) => state.micOn,
    unavailable: (state) => (state.sound === "none" ? t("Audio is not available on this site right now.") : ""),
    key: "M",
    run: ({ player }) => void player.mic.toggle(),
  },
  {
    name: "hand",
    label: (state) => (state.snapshot?.me?.request ? tp("action", "Asked") : tp("action", "Speak")),
    icon: () => "hand",
    shown: (state) => isGuest(state) || (!speaks(state) && can(state.snapshot, "stage.request")),
    pressed: (state) => state.snapshot?.me?.request != null,
    unavailable: (state) => (state.snapshot?.me?.request ? "" : handUnavailable(state)),
    key: "H",
    run: openHand,
  },
  {
    name: "queue",
    label: () => tp("action", "Queue"),
    icon: () => "hand",
    shown: runsIt,
    pressed: null,
    count: (state) => state.snapshot?.queue?.length ?? 0,
    key: "H",
    run: openQueue,
  },
  {
    name: "react",
    label: () => tp("action", "React"),
    icon: () => "smile",
    shown: (state) => isGuest(state) || can(state.snapshot, "space.react"),
    pressed: (_state, parts) => parts.tray.state.open,
    key: "R",
    run: toggleTray,
  },
  {
    name: "chat",
    label: () => tp("action", "Chat"),
    icon: () => "chat",
    shown: () => true,
    pressed: (_state, parts) => parts.chat.state.open,
    count: (_state, parts) => parts.chat.state.unread,
    run: ({ chat }) => chat.toggle(),
  },
  {
    name: "captions",
    // Six fit in a row by short words alone.
    label: () => "CC",
    spoken: t("CC, captions"),
    icon: () => "captions",
    shown: () => true,
    pressed: (_state, parts) => parts.captions.state.on,
    // What is on can always be turned off.
    unavailable: (state, parts) => (parts.captions.state.on ? "" : captionsUnavailable(state)),
    key: "C",
    run: ({ captions }) => captions.toggle(),
  },
  {
    name: "share",
    label: () => tp("action", "Share"),
    icon: () => "share",
    // A row of six is all that fits under a thumb; it is in More, too.
    shown: (state) => !runsIt(state),
    pressed: null,
    run: ({ player }) => share(spaceUrl(player), player.state.title),
  },
  { name: "more", label: () => tp("action", "More"), icon: () => "more", shown: () => true, pressed: null, run: openMore },
];

export function actionsFor(state: PlayerState): Action[] {
  return ACTIONS.filter((action) => action.shown(state));
}

/** "Queue, 3 are waiting": what the label and its number say together. */
export function actionName(action: Action, state: PlayerState, parts: Parts): string {
  const count = action.count?.(state, parts) ?? 0;
  return count > 0 ? tn("{label}, {count} new", "{label}, {count} new", count, { label: action.label(state) }) : (action.spoken ?? action.label(state));
}
