// Turning push on and off for this browser (templates/components/push_device.html), and off when one signs out here.

import { addPushDevice, pushDevices, removePushDevice } from "./api";
import { keyBytes, sameBytes } from "./lib/push-message";
import { t } from "./lib/words";
import { toast } from "./view/toasts";

// Signing out does not wait longer than this for a server that does not answer.
const SIGN_OUT_MS = 2_000;
// A push service that cannot be reached is never said to be so: browsers go on trying.
const ANSWER_MS = 20_000;

type State = "unsupported" | "denied" | "off" | "on";

const WORDS: Record<State, string> = {
  unsupported:
    t("This browser cannot show notifications of this site. On an iPhone or iPad, add Spaces to the Home Screen first."),
  denied:
    t("Notifications of this site are blocked in this browser. Allow them in its settings for this site (the sign beside the address), then come back."),
  off: t("Hear when somebody you follow goes live, even while Spaces is closed."),
  on: t("This device shows notifications."),
};

/** The newest drawing counts: others were overtaken while they asked the browser. */
let drawing = 0;

const panelOf = (): HTMLElement | null => document.querySelector<HTMLElement>("[data-push-device]");
const isSupported = (): boolean =>
  "serviceWorker" in navigator && "PushManager" in window && "Notification" in window && isSecureContext;

/** What this browser has now; it is never asked for permission, and no worker is installed by it. */
async function current(): Promise<PushSubscription | null> {
  if (!isSupported()) return null;
  const registration = await navigator.serviceWorker.getRegistration("/");
  return (await registration?.pushManager.getSubscription()) ?? null;
}

async function fingerprintOf(subscription: PushSubscription): Promise<string> {
  const digest = await crypto.subtle.digest("SHA-256", new TextEncoder().encode(subscription.endpoint));
  return Array.from(new Uint8Array(digest), (byte) => byte.toString(16).padStart(2, "0")).join("");
}

/** Bring the page's part about push up to date; after load and after each move. */
export async function refreshPush(): Promise<void> {
  const panel = panelOf();
  if (!panel?.dataset["pushKey"]) return;
  const mine = ++drawing;
  const subscription = await current();
  const fingerprint = subscription ? await fingerprintOf(subscription) : "";
  if (mine !== drawing || !panel.isConnected) return;
  let isOn = false;
  for (const row of panel.querySelectorAll<HTMLElement>("[data-push-fingerprint]")) {
    const isThis = row.dataset["pushFingerprint"] === fingerprint;
    row.querySelector<HTMLElement>("[data-push-this]")?.toggleAttribute("hidden", !isThis);
    isOn ||= isThis;
  }
  // What the browser has, but the server does not know under this account, is somebody else's: off.
  draw(panel, !isSupported() ? "unsupported" : Notification.permission === "denied" ? "denied" : isOn ? "on" : "off");
}

function draw(panel: HTMLElement, state: State): void {
  panel.querySelector<HTMLElement>("[data-push-state]")?.setAttribute("data-push-state", state);
  const text = panel.querySelector<HTMLElement>("[data-push-text]");
  if (text) text.textContent = WORDS[state];
  panel.querySelector("[data-push-on]")?.toggleAttribute("hidden", state !== "off");
  panel.querySelector("[data-push-off]")?.toggleAttribute("hidden", state !== "on");
}

/** Ask for permission (only ever on a tap), subscribe, and tell the server. */
async function turnOn(panel: HTMLElement): Promise<void> {
  if ((await Notification.requestPermission()) !== "granted") {
    await refreshPush();
    return;
  }
  const key = keyBytes(panel.dataset["pushKey"] ?? "");
  const registration = await navigator.serviceWorker.register("/sw.js", { scope: "/" });
  await navigator.serviceWorker.ready;
  let subscription = await registration.pushManager.getSubscription();
  if (subscription && !sameBytes(subscription.options.applicationServerKey, key)) {
    // Of an earlier key of the site: its push service would refuse us.
    await subscription.unsubscribe();
    subscription = null;
  }
  subscription ??= await registration.pushManager.subscribe({ userVisibleOnly: true, applicationServerKey: key });
  await addPushDevice(subscription);
}

/** The server sends nothing more here, and the browser takes nothing more. */
async function turnOff(): Promise<void> {
  const subscription = await current();
  if (!subscription) return;
  const fingerprint = await fingerprintOf(subscription);
  const { results } = await pushDevices();
  const device = results.find((found) => found.fingerprint === fingerprint);
  if (device) await removePushDevice(device.id);
  await subscription.unsubscribe();
}

/** The list of devices is the server's: only its part of the page is taken from it anew, so that the sound goes on. */
async function redraw(): Promise<void> {
  const answer = await fetch(location.href);
  const fresh = new DOMParser().parseFromString(await answer.text(), "text/html").querySelector("[data-push-device]");
  if (answer.ok && fresh) panelOf()?.replaceWith(document.adoptNode(fresh));
  await refreshPush();
}

async function tapped(button: HTMLButtonElement, act: () => Promise<void>): Promise<void> {
  button.disabled = true;
  button.setAttribute("aria-busy", "true");
  let timer: ReturnType<typeof setTimeout> | undefined;
  try {
    const tooLong = new Promise<never>((_resolve, reject) => {
      timer = setTimeout(() => reject(new Error("too long")), ANSWER_MS);
    });
    await Promise.race([act(), tooLong]);
    await redraw();
  } catch (error) {
    const said = error instanceof Error && error.name === "ApiError" ? error.message : "";
    toast(said || t("This browser could not do that. Its push service may be switched off or out of reach."), {
      kind: "error",
    });
  } finally {
    clearTimeout(timer);
    button.disabled = false;
    button.removeAttribute("aria-busy");
  }
}

function clicked(event: MouseEvent): void {
  const target = event.target instanceof Element ? event.target : null;
  const button = target?.closest<HTMLButtonElement>("[data-push-on], [data-push-off]");
  const panel = panelOf();
  if (!button || !panel) return;
  if (button.dataset["pushOff"] !== undefined) void tapped(button, turnOff);
  else void tapped(button, () => turnOn(panel));
}

/** Whoever signs out here gets no more of their notifications here. */
function signingOut(event: SubmitEvent): void {
  const form = event.target;
  if (!(form instanceof HTMLFormElement) || new URL(form.action).pathname !== "/accounts/logout/") return;
  if (!isSupported() || Notification.permission !== "granted") return;
  event.preventDefault();
  const timeUp = new Promise<void>((resolve) => setTimeout(resolve, SIGN_OUT_MS));
  void Promise.race([turnOff().catch(() => undefined), timeUp]).then(() => form.submit());
}

/** Before a device is removed that is this one: the browser must not stay subscribed. */
function removing(event: SubmitEvent): void {
  const form = event.target instanceof HTMLFormElement ? event.target : null;
  const row = form?.closest<HTMLElement>("[data-push-fingerprint]");
  if (!form || form.dataset["pushRemove"] === undefined || !row) return;
  void current().then(async (subscription) => {
    if (subscription && (await fingerprintOf(subscription)) === row.dataset["pushFingerprint"]) {
      await subscription.unsubscribe();
    }
  });
}

export function startPush(): void {
  document.addEventListener("click", clicked);
  document.addEventListener("submit", signingOut);
  document.addEventListener("submit", removing);
  void refreshPush();
}
