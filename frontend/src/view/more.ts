// What does not fit into the row of actions: a list of it, as far as this person may do it.

import { can, heirs } from "../acts";
import { firstName } from "../lib/format";
import { t } from "../lib/words";
import { visit } from "../navigation";
import type { Player } from "../player/player";
import { viewer } from "../player/state";
import type { Parts } from "../room/parts";
import type { Person } from "../types";
import { sameUser } from "../types";
import { act } from "./act";
import { clipLastWords, mayClip } from "./clips";
import { ask } from "./dialogs";
import { openHeirs } from "./heirs";
import { openListeners } from "./listeners";
import { closeSheet, openLiveSheet } from "./live-sheet";
import { menu } from "./menu";
import type { MenuItem } from "./menu";
import { messagePath } from "./person";
import { openPins } from "./pins";
import { toggleRecording } from "./recording";
import { openPosts } from "./room-posts";
import { openReport } from "./report";
import { openRules } from "./rules";
import { share } from "./share";
import { openSoundSettings } from "./sound-settings";
import { openSpaceSettings } from "./space-settings";
import { openTip } from "./tip-sheet";
import { toast } from "./toasts";

export const spaceUrl = (player: Player): string => new URL(`/spaces/${player.state.spaceId}/`, location.href).href;

async function muteAll(parts: Parts): Promise<void> {
  const answer = await ask({
    name: "mute-all",
    title: t("Mute all speakers?"),
    text: t("Host and co-hosts stay as they are. Speakers can turn their mics on again themselves."),
    choices: [{ value: "yes", label: t("Mute all") }],
    stay: t("Cancel"),
  });
  if (answer === "yes" && (await act(parts.player, "stage.mute_all"))) toast(t("All speakers are muted."));
}

/** Write to the host; on the phone the room goes on in the bar below. */
function writeTo(player: Player, person: Person): void {
  if (!window.matchMedia("(min-width: 1024px)").matches) player.openRoom(false);
  visit(messagePath(person));
}

function reportSpace(player: Player, host: Person): void {
  openReport({ kind: "space", id: player.state.spaceId, name: host.name, handle: host.handle });
}

function items(parts: Parts): MenuItem[] {
  const { player } = parts;
  const { snapshot } = player.state;
  if (!snapshot) return [];
  const other = snapshot.stage.some((person) => person.role === "speaker");
  const host = firstName(snapshot.space.host.name);
  const all: [boolean, MenuItem][] = [
    [can(snapshot, "space.edit"), { name: "space-settings", label: t("Space settings"), icon: "settings", run: () => openSpaceSettings(parts) }],
    [can(snapshot, "space.pin"), { name: "pins", label: t("Pins"), icon: "pin", run: () => openPins(parts) }],
    [
      can(snapshot, "recording.start"),
      {
        name: "recording",
        label: snapshot.recording.on ? t("Stop recording") : t("Record this Space"),
        icon: "record",
        run: () => void toggleRecording(parts),
      },
    ],
    [
      mayClip(snapshot),
      { name: "clip", label: t("Clip the last 30 seconds"), icon: "scissors", run: () => void clipLastWords(player.state.spaceId) },
    ],
    [other && can(snapshot, "stage.mute_all"), { name: "stage.mute_all", label: t("Mute all speakers"), icon: "mic-off", run: () => void muteAll(parts) }],
    [heirs(snapshot, viewer()).length > 0, { name: "space.hand_over", label: t("Hand over the Space"), icon: "swap", run: () => void openHeirs(parts) }],
    [
      can(snapshot, "stage.step_down"),
      { name: "stage.step_down", label: t("Step down and listen"), icon: "step-down", run: () => void act(player, "stage.step_down") },
    ],
    [true, { name: "listeners", label: t("Listeners"), icon: "people", run: () => openListeners(parts) }],
    [true, { name: "posts", label: t("Posts"), icon: "pencil", hint: t("About this Space, on timelines, too"), run: () => openPosts(parts) }],
    [snapshot.space.rules !== "", { name: "rules", label: t("{host}'s rules", { host }), icon: "list", run: () => openRules(parts) }],
    [
      viewer() !== null && !sameUser(snapshot.space.host.id, viewer()),
      { name: "message-host", label: t("Message {host}", { host }), icon: "mail", run: () => writeTo(player, snapshot.space.host) },
    ],
    [
      parts.tipping.takes(snapshot.space.host),
      { name: "tip-host", label: t("Tip {host}", { host }), icon: "gift", hint: t("All of it is theirs"), run: () => openTip(parts, snapshot.space.host) },
    ],
    [true, { name: "share", label: t("Share"), icon: "share", run: () => share(spaceUrl(player), player.state.title) }],
    [true, { name: "sound", label: t("Sound settings"), icon: "volume", run: () => openSoundSettings(player) }],
    [
      viewer() !== null && !sameUser(snapshot.space.host.id, viewer()),
      { name: "report", label: t("Report this Space"), icon: "flag", run: () => reportSpace(player, snapshot.space.host) },
    ],
  ];
  return all.filter(([shown]) => shown).map(([, item]) => item);
}

export function openMore(parts: Parts): void {
  openLiveSheet(parts, {
    name: "more",
    title: t("More"),
    body: () =>
      menu(
        items(parts).map((item) => ({
          ...item,
          run: () => {
            closeSheet("more");
            item.run();
          },
        })),
      ),
  });
}
