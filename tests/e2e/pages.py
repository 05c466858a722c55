"""The product as a person sees it: what can be done on its pages, and what is seen and heard there."""

import re
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from playwright.sync_api import BrowserContext, ConsoleMessage, Locator, Page, expect

PASSWORD = "spaces-demo"
# What one waits for at most; most things are there within a fraction of it, unless the machine has much else to do.
PATIENCE_MS = 30_000
expect.set_options(timeout=PATIENCE_MS)

# What LiveKit's SDK writes into the console as errors when the server closes a room: the ordinary end of a Space.
_ORDINARY = re.compile(
    r"^(DataChannel error on \w+: User-Initiated Abort|error reading from signal stream"
    r"|publisher data channel '\w+' closed unexpectedly)"
)

# Keeps hold of the page's peer connections, so that a test can ask them what arrives. The product itself offers no such
# door. And says aloud what the content security policy has refused.
_WITNESS = """
(() => {
  const peers = [];
  Object.defineProperty(window, "witnessPeers", { value: peers });
  const Real = window.RTCPeerConnection;
  window.RTCPeerConnection = class extends Real {
    constructor(...options) { super(...options); peers.push(this); }
  };
  document.addEventListener("securitypolicyviolation", (event) => {
    console.error(`CSP: ${event.violatedDirective} refused ${event.blockedURI || event.sample}`);
  });
})();
"""

_HEARD = """
async () => {
  let energy = 0, packets = 0, receivers = 0;
  for (const peer of window.witnessPeers) {
    if (peer.connectionState === "closed") continue;
    for (const receiver of peer.getReceivers()) {
      if (receiver.track.kind !== "audio" || receiver.track.readyState !== "live") continue;
      for (const report of (await receiver.getStats()).values()) {
        if (report.type !== "inbound-rtp") continue;
        receivers += 1;
        energy += report.totalAudioEnergy ?? 0;
        packets += report.packetsReceived ?? 0;
      }
    }
  }
  return { energy, packets, receivers, peers: window.witnessPeers.length };
}
"""

# Whatever can be tapped and is smaller than 44 px either way, with the area around it that takes taps as well. A link
# inside a sentence is as high as its line (WCAG 2.5.8 leaves it out).
_TOO_SMALL = """
() => {
  const bars = ".bottom-bar, #player";
  const hit = (element, x, y) => {
    // What lies over the page is no matter of its own: one scrolls.
    const seen = document.elementsFromPoint(x, y).filter((part) => !part.closest(bars) || element.closest(bars));
    const found = seen[0];
    return found && (element.contains(found) || [...(element.labels ?? [])].some((label) => label.contains(found)));
  };
  const reach = (element) => {
    element.scrollIntoView({ block: "center", inline: "center", behavior: "instant" });
    const box = element.getBoundingClientRect();
    const [x, y] = [box.left + box.width / 2, box.top + box.height / 2];
    const along = (dx, dy) => {
      let length = 0;
      while (length < 30 && hit(element, x + dx * (length + 1), y + dy * (length + 1))) length += 1;
      return length;
    };
    return [along(-1, 0) + along(1, 0) + 1, along(0, -1) + along(0, 1) + 1];
  };
  const wanted = "a[href], button, input:not([type=hidden]), select, textarea, summary";
  return [...document.querySelectorAll(wanted)]
    .filter((element) => element.checkVisibility({ visibilityProperty: true }) && !element.closest(".skip-link"))
    .filter((element) => !element.closest("p, .field__hint") || element.matches("button, .button"))
    .map((element) => [element, ...reach(element)])
    .filter(([, width, height]) => width < 43.5 || height < 43.5)
    .map(([element, width, height]) => `${element.outerHTML.slice(0, 120)} ${width} x ${height}`);
}
"""

_WIDER = "() => document.documentElement.scrollWidth - document.documentElement.clientWidth"


@dataclass(frozen=True)
class Heard:
    """What has arrived at a page so far: audio energy (of full scale² × seconds), packets; how many connections it made."""

    energy: float
    packets: int
    receivers: int
    peers: int


class Visitor:
    """One person's browser: a context of its own with one page."""

    def __init__(self, context: BrowserContext, url: str) -> None:
        context.set_default_timeout(PATIENCE_MS)
        context.add_init_script(_WITNESS)
        self.context = context
        self.url = url
        self.problems: list[str] = []
        self._expected: list[re.Pattern[str]] = []
        self.page: Page = context.new_page()
        self.page.on("console", self._console)
        self.page.on("pageerror", lambda error: self.problems.append(f"{self.page.url}: {error}"))

    def _console(self, message: ConsoleMessage) -> None:
        if message.type == "error" and not _ORDINARY.search(message.text):
            self.problems.append(f"{self.page.url}: {message.text} ({message.location.get('url', '')})")

    def expect_problems(self, pattern: str) -> None:
        """Console errors that match are part of this test (a network that is cut complains)."""
        self._expected.append(re.compile(pattern))

    def unexpected_problems(self) -> list[str]:
        """Errors of console and scripts, and refusals of the content security policy, that should not be."""
        return [text for text in self.problems if not any(known.search(text) for known in self._expected)]

    # Going about

    def open(self, path: str = "/") -> "Visitor":
        """Load a page of the site."""
        self.page.goto(self.url + path)
        return self

    def sign_in(self, handle: str, password: str = PASSWORD) -> "Visitor":
        """Sign in through the page; ends on home."""
        self.open("/accounts/login/")
        self.page.get_by_label(re.compile("handle|e-?mail|username", re.I)).first.fill(handle)
        self.page.get_by_label("Password", exact=True).fill(password)
        self.page.get_by_role("button", name="Sign in", exact=True).click()
        self.page.wait_for_url(self.url + "/")
        return self.connected()

    def connected(self) -> "Visitor":
        """Return once the page's websocket is open."""
        expect(self.page.locator("html[data-socket=open]")).to_have_count(1)
        return self

    def go(self, name: str) -> "Visitor":
        """Follow a link of the site's navigation, as a person would: without loading the page anew."""
        self.page.locator("[data-nav] a:visible").filter(
            has_text=re.compile(rf"^\s*(\d+\+?)?\s*{name}\s*$")
        ).first.click()
        return self

    def is_too_wide(self) -> bool:
        """Whether the page scrolls sideways."""
        return bool(self.page.evaluate(_WIDER) > 0)

    def too_small(self) -> list[str]:
        """What can be tapped and is too small for a thumb."""
        return list(self.page.evaluate(_TOO_SMALL))

    # Being told

    def badge(self, name: str) -> Locator:
        """The number on the inbox, on its messages or on its notifications, where it is seen."""
        return self.page.locator(f"[data-count-of={name}]:visible").first

    def toast(self, words: str) -> Locator:
        """A short message at the edge of the page."""
        return self.page.locator("#toasts .toast").filter(has_text=words)

    def more(self, name: str) -> None:
        """Open what the room has under More."""
        self.action("more").click()
        self.page.locator(f"dialog.sheet [data-act={name}]").click()

    # Hosting

    def start_space(self, title: str) -> str:
        """Go live through the pages; returns the Space's id once the host is in its room, muted."""
        self.open("/spaces/new/")
        self.page.get_by_label("What do you want to talk about?").fill(title)
        self.page.get_by_role("button", name="Go live now").click()
        self.page.wait_for_url(re.compile("/spaces/[0-9a-f-]{36}/"))
        expect(self.room).to_have_attribute("data-phase", "live")
        return str(self.room.get_attribute("data-space"))

    def schedule_space(self, title: str, at: datetime) -> str:
        """Announce a Space for `at`, to the minute, by the form and in the zone it offers; returns the Space's id."""
        self.open("/spaces/new/")
        self.page.get_by_role("radio", name="Schedule").check(force=True)
        self.page.get_by_label("What do you want to talk about?").fill(title)
        self.fill_time(at)
        self.page.get_by_role("button", name="Schedule", exact=True).click()
        root = self.page.locator("#main [data-space-state=scheduled]")
        expect(root.locator("h1")).to_have_text(title)
        return str(root.get_attribute("data-space"))

    def fill_time(self, at: datetime) -> None:
        """Type `at` into the form of a Space, as a clock in the form's zone shows it."""
        zone = ZoneInfo(self.page.get_by_label("Time zone").input_value())
        self.page.get_by_label("Starts").fill(f"{at.astimezone(zone):%Y-%m-%dT%H:%M}")

    def unmute(self) -> None:
        """Open the microphone; returns when the room shows that it is open."""
        self.action("mic").click()
        expect(self.action("mic")).to_have_attribute("aria-pressed", "true")
        expect(self.action("mic")).to_contain_text("Mute")

    def end_space(self) -> None:
        """End the Space for everybody."""
        self.room.locator("[data-action=end]").click()
        self.page.locator("dialog [data-choice=end]").click()

    # Listening

    def bubble(self, space: str = "") -> Locator:
        """The purple bubble of a Space (of any) in the strip."""
        return self.page.locator(f"#bubbles .bubble[data-space='{space}']" if space else "#bubbles .bubble")

    @property
    def room(self) -> Locator:
        """The room view."""
        return self.page.locator("#room .room")

    @property
    def player(self) -> Locator:
        """The thin bar."""
        return self.page.locator("#player .player")

    @property
    def banner(self) -> Locator:
        """The line about a lost connection."""
        return self.page.locator("#banner")

    def action(self, name: str) -> Locator:
        """A button in the row under the room."""
        return self.page.locator(f"#room .room__actions [data-action={name}]")

    def notice(self, name: str) -> Locator:
        """What the room has to say about itself."""
        return self.page.locator(f"#room [data-notice={name}]")

    def seat(self, name: str) -> Locator:
        """Somebody on stage, by name."""
        return self.room.locator(".stage__seat").filter(has_text=name)

    def in_room(self) -> "Visitor":
        """Return once one has joined."""
        expect(self.room).to_have_attribute("data-phase", "live")
        return self

    def heard(self) -> Heard:
        """What has arrived so far."""
        return Heard(**self.page.evaluate(_HEARD))

    def hears(self, more_than: Heard | None = None, seconds: float = 30) -> Heard:
        """Return once the audio energy has grown clearly beyond `more_than`. Fails when it does not in time."""
        least = (more_than.energy if more_than else 0.0) + 1e-4
        found = self.heard()
        for _ in range(round(seconds * 10)):
            if found.energy > least:
                return found
            # The page's own clock: lets its events run meanwhile.
            self.page.wait_for_timeout(100)
            found = self.heard()
        raise AssertionError(f"nothing was heard in {seconds:.0f} s: {found}, at first {more_than}")

    def is_silent(self) -> bool:
        """Whether nothing arrives for a second."""
        before = self.heard()
        self.page.wait_for_timeout(1_000)
        return self.heard().packets == before.packets


def screenshot(visitor: Visitor, file: Any) -> None:
    """Keep what is seen, for eyes."""
    visitor.page.screenshot(path=str(file), animations="disabled")
