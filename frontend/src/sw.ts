// The service worker: shows pushes, and opens what they are about. It keeps no pages: without network there is no sound.

import type { paths } from "../generated/api";
import { keyBytes, pushFrom, tokenIn, whereTo } from "./lib/push-message";

// Of TypeScript's own types for workers, which exclude those of pages, what is used here.
interface Extendable extends Event {
  waitUntil(work: Promise<unknown>): void;
}
interface PushArrived extends Extendable {
  readonly data: { text(): string } | null;
}
interface Clicked extends Extendable {
  readonly notification: Notification;
}
interface SubscriptionChanged extends Extendable {
  readonly oldSubscription: PushSubscription | null;
  readonly newSubscription: PushSubscription | null;
}
interface Tab {
  readonly url: string;
  readonly focused: boolean;
  focus(): Promise<Tab>;
  navigate(url: string): Promise<Tab | null>;
}
interface Worker {
  readonly registration: ServiceWorkerRegistration;
  readonly location: WorkerLocation;
  readonly clients: {
    matchAll(options: { type: "window"; includeUncontrolled: boolean }): Promise<Tab[]>;
    openWindow(url: string): Promise<Tab | null>;
    claim(): Promise<void>;
  };
  skipWaiting(): Promise<void>;
  addEventListener(type: "install" | "activate", listener: (event: Extendable) => void): void;
  addEventListener(type: "push", listener: (event: PushArrived) => void): void;
  addEventListener(type: "notificationclick", listener: (event: Clicked) => void): void;
  addEventListener(type: "pushsubscriptionchange", listener: (event: SubscriptionChanged) => void): void;
}
interface WorkerLocation {
  readonly origin: string;
}

const worker = self as unknown as Worker;
const API = "/api/v1/push-subscriptions/" satisfies keyof paths;
const KEY = "/api/v1/push-subscriptions/key/" satisfies keyof paths;
type Key = paths[typeof KEY]["get"]["responses"][200]["content"]["application/json"];

worker.addEventListener("install", (event) => event.waitUntil(worker.skipWaiting()));
worker.addEventListener("activate", (event) => event.waitUntil(worker.clients.claim()));

worker.addEventListener("push", (event) => {
  const { title, ...options } = pushFrom(event.data?.text() ?? "", worker.location.origin);
  // Browsers ask that each push is shown. One of the same tag takes the place of the one before, without a sound.
  event.waitUntil(worker.registration.showNotification(title, options));
});

worker.addEventListener("notificationclick", (event) => {
  event.notification.close();
  const { url } = event.notification.data as { url: string };
  event.waitUntil(show(new URL(url, worker.location.origin).href));
});

/** Bring the page to the front: in the tab that has it; else in a new one, since another may be playing a Space. */
async function show(url: string): Promise<void> {
  const tabs = await worker.clients.matchAll({ type: "window", includeUncontrolled: true });
  const open = tabs.find((tab) => tab.url === url);
  if (open) await open.focus();
  else await worker.clients.openWindow(url);
}

worker.addEventListener("pushsubscriptionchange", (event) => event.waitUntil(renew(event)));

/** The browser has given itself another address: tell the server, as the person who is signed in here. */
async function renew(event: SubscriptionChanged): Promise<void> {
  const { key } = (await (await fetch(KEY)).json()) as Partial<Key>;
  if (!key) return;
  const subscription =
    event.newSubscription ??
    (await worker.registration.pushManager.subscribe({ userVisibleOnly: true, applicationServerKey: keyBytes(key) }));
  // A worker has no cookies to read: the token that protects forms stands in every page.
  const token = tokenIn(await (await fetch("/settings/notifications/")).text());
  await fetch(API, {
    method: "POST",
    headers: { "Content-Type": "application/json", "X-CSRFToken": token },
    body: JSON.stringify(whereTo(subscription)),
  });
}
