// Moving about the app without leaving it: htmx replaces #main, the sound goes on.

import htmx from "htmx.org";
import { t } from "./lib/words";
import { focusPage, refreshPage } from "./pages";
import { toast } from "./view/toasts";

interface HtmxDetail {
  xhr: XMLHttpRequest;
  target?: Element;
  requestConfig?: { elt: Element; verb: string };
  pathInfo?: { requestPath: string };
  shouldSwap: boolean;
  isError: boolean;
  boosted?: boolean;
  selectOverride?: string;
  swapOverride?: string;
}

/** Whether the answer is a page for somebody else: signed in or out since this page was loaded. */
function isForSomebodyElse(answer: string): boolean {
  const body = /<body\b[^>]*>/i.exec(answer)?.[0];
  if (!body) return false;
  const user = /\bdata-user-id="([^"]*)"/.exec(body)?.[1] ?? "";
  return user !== (document.body.dataset["userId"] ?? "");
}

/** Whether an answer has the page's content in it; a proxy's error page has not, and would leave an empty page. */
function hasMain(answer: string): boolean {
  return /<main\b[^>]*\bid="main"/i.test(answer);
}

const FAILED = t("The page could not be loaded. Check your connection and try again.");

const isMain = (detail: HtmxDetail): boolean => detail.target?.id === "main";

/** What is under way to #main: links, forms and refreshes. */
const underWay = new Set<HtmxDetail>();
/** Pages nobody waits for any more: something else was tapped before they came. */
const forsaken = new WeakSet<XMLHttpRequest>();

function setOut(detail: HtmxDetail): void {
  if (!isMain(detail)) return;
  if (detail.boosted) {
    for (const other of underWay) if (other.boosted && other.requestConfig?.verb === "get") forsaken.add(other.xhr);
  }
  underWay.add(detail);
  detail.xhr.addEventListener("loadend", () => underWay.delete(detail));
}

/** htmx swaps what was #main when it asked. If that has been replaced meanwhile (a refresh), the answer would be lost. */
function redirectToNewMain(): void {
  const main = document.getElementById("main");
  if (main) for (const detail of underWay) detail.target = main;
}

export function startNavigation(onMoved: () => void): void {
  const on = (name: string, run: (detail: HtmxDetail, event: Event) => void) => {
    document.body.addEventListener(name, (event) => run((event as CustomEvent<HtmxDetail>).detail, event));
  };
  // Links that were drawn or changed since htmx looked at the page; in the capture phase, before the link hears of it.
  document.addEventListener(
    "click",
    (event) => {
      const link = event.target instanceof Element ? event.target.closest("a[href]") : null;
      if (link) htmx.process(link);
    },
    { capture: true },
  );
  on("htmx:beforeSend", setOut);
  on("htmx:afterSwap", redirectToNewMain);
  // htmx itself is configured by the page's meta tag (templates/base.html). It settles at once: until then a new form is not
  // yet its own, and a key pressed in between would send it past htmx and load the whole page.
  on("htmx:beforeSwap", (detail, event) => {
    const answer = detail.xhr.responseText;
    if (forsaken.has(detail.xhr)) {
      event.preventDefault();
    } else if (isRefresh(detail) && detail.pathInfo?.requestPath !== location.pathname + location.search) {
      // The person has moved on meanwhile.
      event.preventDefault();
    } else if (isForSomebodyElse(answer)) {
      event.preventDefault();
      location.assign(detail.xhr.responseURL || location.href);
    } else if (detail.target?.id === "main" && !hasMain(answer)) {
      event.preventDefault();
      toast(FAILED, { kind: "error" });
    } else if (detail.boosted && detail.target?.id === "main" && !detail.requestConfig?.elt.isConnected) {
      // The link is gone (its layer was closed), and with it what it inherited from <body>.
      detail.selectOverride = "#main";
      detail.swapOverride = "outerHTML show:window:top";
    }
  });
  on("htmx:afterSettle", (detail) => {
    // Newly added parts of a page need only be brought up to date; a new page also takes the focus.
    refreshPage();
    if (detail.target?.id === "main" && !isRefresh(detail)) focusPage();
    onMoved();
  });
  on("htmx:historyRestore", () => {
    refreshPage();
    focusPage();
    onMoved();
  });
  const failed = () => toast(FAILED, { kind: "error" });
  on("htmx:sendError", failed);
  on("htmx:timeout", failed);
}

/** Whether this is what `refreshMain` asked for: the same page again, which must not move the reader. */
function isRefresh(detail: HtmxDetail): boolean {
  return detail.requestConfig?.elt === document.body;
}

/** Fetch the present page anew into #main, in place. */
export function refreshMain(): void {
  void htmx.ajax("get", location.pathname + location.search, { target: "#main", select: "#main", swap: "outerHTML" });
}

/** Go to a page of the app as a tap on a link does. */
export function visit(url: string): void {
  const link = document.createElement("a");
  link.href = url;
  document.body.append(link);
  link.click();
  link.remove();
}
