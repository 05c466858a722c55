// The site as an app: its worker, a new version that is there, and the offer to install it.

import { Emitter } from "./lib/events";
import { t } from "./lib/words";
import type { Player } from "./player/player";
import { dismissToast, toast } from "./view/toasts";

// Of browsers that can install apps; no standard yet.
interface InstallOffer extends Event {
  prompt(): Promise<unknown>;
}

/** What one hears of the worker: a new version is there, and waits. */
export type Updates = Emitter<{ waiting: ServiceWorker }>;

const UPDATE = "new-version";
const INSTALL = "install-app";
const VISITS = "spaces.visits";
/** Who comes back after so long visits again. */
const APART_MS = 30 * 60_000;
/** Whoever was offered it is left alone for so long. */
const QUIET_MS = 90 * 24 * 3600_000;
/** A page that stays open looks for a new version so often. */
const LOOK_MS = 3600_000;

export interface Visits {
  count: number;
  lastAt: number;
  offeredAt: number;
}

/** One's visits after this one. */
export function visited(before: Visits | null, now: number): Visits {
  const known = before ?? { count: 0, lastAt: 0, offeredAt: 0 };
  const again = now - known.lastAt > APART_MS;
  return { ...known, count: known.count + (again ? 1 : 0), lastAt: now };
}

/** Whether installing is offered: not at the first visit, and not to whoever was asked a while ago. */
export function isForOffer({ count, offeredAt }: Visits, now: number): boolean {
  return count >= 2 && now - offeredAt > QUIET_MS;
}

const isInstalled = (): boolean => matchMedia("(display-mode: standalone)").matches || "standalone" in navigator && Boolean(navigator.standalone);

function remembered(): Visits | null {
  try {
    const said = JSON.parse(localStorage.getItem(VISITS) ?? "null") as Partial<Visits> | null;
    return said && { count: Number(said.count) || 0, lastAt: Number(said.lastAt) || 0, offeredAt: Number(said.offeredAt) || 0 };
  } catch {
    return null;
  }
}

function remember(visits: Visits): void {
  try {
    localStorage.setItem(VISITS, JSON.stringify(visits));
  } catch {
    // A browser that keeps nothing is never offered anything.
  }
}

/** Install the worker, and say when a newer one waits. A first one has nothing to wait for. */
async function work(updates: Updates): Promise<void> {
  const registration = await navigator.serviceWorker.register("/sw.js", { scope: "/" });
  const tell = () => {
    if (registration.waiting && navigator.serviceWorker.controller) updates.emit("waiting", registration.waiting);
  };
  registration.addEventListener("updatefound", () => registration.installing?.addEventListener("statechange", tell));
  tell();
  setInterval(() => void registration.update().catch(() => undefined), LOOK_MS);
}

/** Offer the new version; never while somebody is in a Space, where a reload would cut them off. `show` says that it is there. */
export function offerUpdates(updates: Updates, player: Pick<Player, "state" | "store">, show: (worker: ServiceWorker) => void, hide: () => void): void {
  let waiting: ServiceWorker | null = null;
  let shown = false;
  const isBusy = () => player.state.phase === "live" || player.state.phase === "joining";
  const offer = () => {
    if (!waiting || isBusy() === !shown) return;
    shown = !isBusy();
    if (shown) show(waiting);
    else hide();
  };
  updates.on("waiting", (worker) => {
    waiting = worker;
    offer();
  });
  player.store.subscribe(offer);
}

function showUpdate(worker: ServiceWorker): void {
  toast(t("A new version of Spaces is there."), { key: UPDATE, action: { label: t("Reload"), run: () => change(worker) } });
}

function change(worker: ServiceWorker): void {
  navigator.serviceWorker.addEventListener("controllerchange", () => location.reload(), { once: true });
  worker.postMessage("come");
}

let offered: InstallOffer | null = null;

/** Ask the browser to install it; it asks the person itself. */
async function install(): Promise<void> {
  const offer = offered;
  offered = null;
  refreshInstall();
  await offer?.prompt();
}

/** The settings' part about it: a button where the browser can, words where only the person can, else nothing. */
export function refreshInstall(): void {
  const panel = document.querySelector<HTMLElement>("[data-install]");
  if (!panel) return;
  const byHand = !offered && /iPhone|iPad/.test(navigator.userAgent);
  panel.hidden = isInstalled() || (!offered && !byHand);
  panel.querySelector("[data-install-now]")?.toggleAttribute("hidden", !offered);
  panel.querySelector("[data-install-by-hand]")?.toggleAttribute("hidden", !byHand);
}

function offerInstall(player: Player): void {
  const now = Date.now();
  const visits = visited(remembered(), now);
  remember(visits);
  window.addEventListener("beforeinstallprompt", (event) => {
    // Ours is quieter, and comes later.
    event.preventDefault();
    offered = event as InstallOffer;
    refreshInstall();
    if (player.state.phase !== "idle" || !isForOffer(visits, now)) return;
    remember({ ...visits, offeredAt: now });
    toast(t("Have Spaces at hand: install it as an app."), { key: INSTALL, action: { label: t("Install"), run: () => void install() } });
  });
  window.addEventListener("appinstalled", () => {
    offered = null;
    dismissToast(INSTALL);
    refreshInstall();
  });
  document.addEventListener("click", (event) => {
    if (event.target instanceof Element && event.target.closest("[data-install-now]")) void install();
  });
  refreshInstall();
}

export function startApp(player: Player): void {
  offerInstall(player);
  if (!("serviceWorker" in navigator) || !isSecureContext) return;
  const updates: Updates = new Emitter();
  offerUpdates(updates, player, showUpdate, () => dismissToast(UPDATE));
  // After the page itself: what is kept for later must not compete with what is wanted now.
  const begin = () => void work(updates).catch(() => undefined);
  if (document.readyState === "complete") begin();
  else window.addEventListener("load", begin, { once: true });
}
