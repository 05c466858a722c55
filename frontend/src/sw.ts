// The service worker: shows pushes, and opens what they are about; keeps what pages are made of, and no page (lib/kept).

import type { paths } from "../generated/api";
import { cacheOf, staleCaches, wayOf } from "./lib/kept";
import type { Version } from "./lib/kept";
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
interface Fetched extends Extendable {
  readonly request: Request;
  readonly preloadResponse: Promise<Response | undefined>;
  respondWith(answer: Promise<Response>): void;
}
interface Told extends Extendable {
  readonly data: unknown;
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
  /** What the server put before this script. */
  readonly SPACES?: Version;
  skipWaiting(): Promise<void>;
  addEventListener(type: "install" | "activate", listener: (event: Extendable) => void): void;
  addEventListener(type: "fetch", listener: (event: Fetched) => void): void;
  addEventListener(type: "message", listener: (event: Told) => void): void;
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

const version: Version = worker.SPACES ?? { version: "", offline: "/offline/", assets: [] };

worker.addEventListener("install", (event) => event.waitUntil(keep()));
worker.addEventListener("activate", (event) => event.waitUntil(takeOver()));

/** A new version waits until a page says that it may come (app.ts): it must not change what a room is made of. */
worker.addEventListener("message", (event) => {
  if (event.data === "come") event.waitUntil(worker.skipWaiting());
});

/** One file that cannot be had must not keep the worker from coming: it is fetched when it is needed. */
async function keep(): Promise<void> {
  const cache = await caches.open(cacheOf(version));
  await cache.add(new Request(version.offline, { cache: "reload" }));
  await Promise.allSettled(version.assets.map((asset) => cache.add(asset)));
}

async function takeOver(): Promise<void> {
  await Promise.all(staleCaches(await caches.keys(), version).map((name) => caches.delete(name)));
  // The page is asked for while the worker wakes up, and not after it.
  await worker.registration.navigationPreload?.enable();
  await worker.clients.claim();
}

worker.addEventListener("fetch", (event) => {
  const way = wayOf(event.request, worker.location.origin, version);
  if (way === "page") event.respondWith(page(event));
  else if (way === "kept") event.respondWith(kept(event.request));
  else if (way === "fresh") event.respondWith(fresh(event.request));
});

/** Whatever the server answers; only where nothing answers, the page that says so. */
async function page(event: Fetched): Promise<Response> {
  try {
    return (await event.preloadResponse) ?? (await fetch(event.request));
  } catch (error) {
    const said = await (await caches.open(cacheOf(version))).match(version.offline);
    if (!said) throw error;
    return new Response(await said.text(), { status: 503, headers: { "Content-Type": "text/html; charset=utf-8" } });
  }
}

async function kept(request: Request): Promise<Response> {
  const cache = await caches.open(cacheOf(version));
  const found = await cache.match(request);
  if (found) return found;
  const answer = await fetch(request);
  if (answer.ok) await cache.put(request, answer.clone());
  return answer;
}

async function fresh(request: Request): Promise<Response> {
  try {
    return await fetch(request);
  } catch (error) {
    const found = await (await caches.open(cacheOf(version))).match(request);
    if (!found) throw error;
    return found;
  }
}

worker.addEventListener("push", (event) => {
  const { title, ...options } = pushFrom(event.data?.text() ?? "", worker.location.origin);
  // Browsers ask that each push is shown. One of the same tag takes the place of the one before, without a sound.
  event.waitUntil(Promise.all([worker.registration.showNotification(title, options), badge()]));
});

/** That there is something; how much, pages know (view/inbox-notices). */
async function badge(): Promise<void> {
  await (navigator as Partial<Pick<Navigator, "setAppBadge">>).setAppBadge?.().catch(() => undefined);
}

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
  // What led there is counted for the Space's host.
  else await worker.clients.openWindow(/\/spaces\/[^/?#]+\/$/.test(url) ? `${url}?from=notification` : url);
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
