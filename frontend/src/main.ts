// What runs on every page: one socket, one player, and what draws them. Nothing is put on `window`.

import { announce } from "./announce";
import { refreshInstall, startApp } from "./app";
import { Inbox } from "./inbox";
import { startKeyboard } from "./keyboard";
import { Store } from "./lib/events";
import { t } from "./lib/words";
import { startNavigation } from "./navigation";
import { startPages } from "./pages";
import { startAmbient } from "./player/ambient";
import { Player } from "./player/player";
import { refreshPush, startPush } from "./push";
import { Replay } from "./replay/replay";
import { RoomCaptions } from "./room/captions";
import { RoomChat } from "./room/chat";
import { Mutes } from "./room/mutes";
import type { Parts } from "./room/parts";
import { Tipping } from "./room/tipping";
import { refreshSchedule, startSchedule } from "./schedule";
import { LiveSocket } from "./socket";
import { SpacePage } from "./space-page";
import { startTickets } from "./tickets";
import { startBanner } from "./view/banner";
import { refreshBubbles, startBubbles } from "./view/bubbles";
import { followMaking, startClips } from "./view/clips";
import { startCaptionSettings } from "./view/captions";
import { followInvitations } from "./view/hand";
import { refreshCounts, startInboxNotices } from "./view/inbox-notices";
import { startJoining } from "./view/joining";
import { startLayers } from "./view/layers";
import { startNewPosts } from "./view/new-posts";
import { followQueue } from "./view/queue";
import { ReplayPage } from "./view/replay-page";
import { followRecording } from "./view/recording";
import { startReports } from "./view/report";
import { startSharing } from "./view/share";
import { toast } from "./view/toasts";
import { refreshWaveSliders, startWaveSliders } from "./view/wave-slider";
import { followWaiting } from "./waiting";

function socketUrl(): string {
  const address = new URL(document.body.dataset["socketUrl"] || "/ws/", location.href);
  address.protocol = address.protocol.replace("http", "ws");
  return address.href;
}

function start(): void {
  const socket = new LiveSocket(socketUrl());
  const player = new Player(socket);
  const parts: Parts = {
    player,
    captions: new RoomCaptions(player),
    chat: new RoomChat(player),
    mutes: new Mutes(player, socket),
    tipping: new Tipping(player),
    replay: new Replay(),
    tray: new Store<{ open: boolean }>({ open: false }),
  };
  const page = new SpacePage(socket, player);
  const replayPage = new ReplayPage(parts.replay);
  const inbox = new Inbox(socket);
  socket.on("state", (state) => {
    document.documentElement.dataset["socket"] = state;
  });
  socket.on("welcome", ({ user }) => {
    if ((user ?? "") === (document.body.dataset["userId"] ?? "")) return;
    toast(t("You have signed in or out in another tab."), { action: { label: t("Reload"), run: () => location.reload() } });
  });
  player.on("notice", (text) => toast(text));
  player.on("announce", announce);

  const joining = startJoining(player);
  startBubbles(socket, () => joining.refresh());
  startNewPosts(socket);
  startLayers(parts, replayPage);
  startBanner(player, socket);
  startAmbient(player, parts.replay);
  startCaptionSettings(parts);
  startKeyboard(parts, replayPage);
  followQueue(parts);
  followRecording(parts);
  followWaiting(socket);
  followInvitations(parts, socket, (space, title) => void joining.join(space, title, "notification"));
  startInboxNotices(socket, player, (space, title) => void joining.join(space, title, "notification"));
  startTickets(player, socket, (space, title) => void joining.join(space, title, "other"));
  startSharing(player);
  startReports();
  startPages();
  startSchedule();
  startPush();
  startApp(player);
  startWaveSliders(parts.replay);
  startClips();
  followMaking(socket);
  startNavigation(() => {
    refreshBubbles();
    void refreshPush();
    refreshInstall();
    refreshSchedule();
    page.refresh();
    replayPage.refresh();
    refreshWaveSliders(parts.replay);
    inbox.refresh();
    joining.refresh();
    refreshCounts();
  });
  socket.open();
  player.resume();
  replayPage.refresh();
  inbox.refresh();
  joining.refresh();
}

start();
