// The line at the top while the connection is gone. Short troubles are not worth a line.

import { html, nothing, render } from "lit-html";
import { announce } from "../announce";
import { t } from "../lib/words";
import type { Player } from "../player/player";
import type { LiveSocket } from "../socket";
import { icon } from "./icons";
import type { IconName } from "./icons";

const PATIENCE_MS = 1_500;

interface Words {
  text: string;
  icon: IconName;
  /** Shown without waiting whether it passes. */
  now?: boolean;
  reload?: boolean;
}

function wanted(player: Player, socket: LiveSocket): Words | null {
  const live = player.isLive;
  if (!navigator.onLine && !socket.isOpen) {
    const text = live ? t("You are offline. The sound comes back with the network.") : t("You are offline.");
    return { text, icon: "offline", now: true };
  }
  if (socket.state === "closed") {
    return { text: t("This page has lost its connection for good."), icon: "alert", now: true, reload: true };
  }
  if (live && player.state.sound === "reconnecting") return { text: t("Reconnecting…"), icon: "offline" };
  if (live && !socket.isOpen) return { text: t("Reconnecting…"), icon: "offline" };
  return null;
}

export function startBanner(player: Player, socket: LiveSocket): void {
  const root = document.getElementById("banner");
  if (!root) return;
  let shown = "";
  let timer: ReturnType<typeof setTimeout> | undefined;

  const draw = () => {
    timer = undefined;
    const words = wanted(player, socket);
    if ((words?.text ?? "") === shown) return;
    shown = words?.text ?? "";
    root.hidden = !words;
    render(
      words
        ? html`${icon(words.icon)} <span>${words.text}</span>
            ${words.reload
              ? html`<button type="button" class="text-link" @click=${() => location.reload()}>${t("Reload")}</button>`
              : nothing}`
        : nothing,
      root,
    );
    if (words) announce(words.text);
  };
  const check = () => {
    const words = wanted(player, socket);
    if (!words || words.now || shown) {
      clearTimeout(timer);
      draw();
    } else {
      timer ??= setTimeout(draw, PATIENCE_MS);
    }
  };
  socket.on("state", check);
  player.store.subscribe(check);
  window.addEventListener("online", check);
  window.addEventListener("offline", check);
}
