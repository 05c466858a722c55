"""Every page, on a phone and on a desktop, light and dark: no error, nothing refused, nothing wider than the screen."""

import pytest
from playwright.sync_api import expect

from tests.e2e.conftest import DESKTOP, PHONE
from tests.e2e.pages import screenshot

pytestmark = [pytest.mark.e2e]

GUEST = {"landing": "/", "signin": "/accounts/login/", "signup": "/accounts/signup/", "spaces": "/spaces/"}
MEMBER = {
    "home": "/",
    "spaces": "/spaces/",
    "new": "/spaces/new/",
    "profile": "/@{handle}/",
    "followers": "/@{handle}/followers/",
    "settings": "/settings/",
    "settings-profile": "/settings/profile/",
    "privacy": "/settings/privacy/",
    "safety": "/settings/safety/",
    "creator": "/creator/",
    "earnings": "/earnings/",
    "insights": "/insights/",
    "feedback": "/feedback/?page=/spaces/",
    "feedback-mine": "/feedback/mine/",
    "roadmap": "/roadmap/",
    "own-data": "/settings/data/",
    "delete": "/settings/data/delete/",
    "tokens": "/settings/tokens/",
    "webhooks": "/settings/webhooks/",
    "webhook-new": "/settings/webhooks/new/",
    "inbox": "/inbox/",
    "notifications": "/inbox/notifications/",
    "settings-notifications": "/settings/notifications/",
    "search": "/search/?q=hana",
    "upcoming": "/spaces/?tab=upcoming",
    "replays": "/spaces/?tab=replays",
    "schedule": "/spaces/new/?later",
    "calendar": "/calendar/",
    "tickets": "/tickets/",
    "people": "/people/",
    "import": "/people/import/",
    "sessions": "/accounts/sessions/",
    "password": "/accounts/password/change/",
    "email": "/accounts/email/",
    "two-factor": "/accounts/2fa/",
    "api": "/api/docs/",
}

SIZES = [pytest.param(PHONE, "light", id="phone-light"), pytest.param(DESKTOP, "dark", id="desktop-dark")]


def _look(one, name, pictures, request):
    """No page is wider than the screen, and each leaves a picture."""
    assert not one.is_too_wide(), one.page.url
    screenshot(one, pictures / f"{request.node.callspec.id}-{name}.png")


@pytest.mark.parametrize(("size", "scheme"), SIZES)
def test_the_pages_of_a_guest(size, scheme, visitor, pictures, request):
    guest = visitor(size=size, color_scheme=scheme)
    for name, path in GUEST.items():
        guest.open(path)
        expect(guest.page.locator("h1").first).to_be_visible()
        _look(guest, f"guest-{name}", pictures, request)


@pytest.mark.parametrize(("size", "scheme"), SIZES)
def test_the_pages_of_a_member(size, scheme, host, visitor, pictures, request):
    member = visitor(host, size=size, color_scheme=scheme)
    for name, path in MEMBER.items():
        answer = member.page.goto(member.url + path.format(handle=host.handle))
        assert answer.status == 200, path
        if name != "api":
            expect(member.page.locator("h1").first).to_be_attached()
        _look(member, name, pictures, request)


@pytest.mark.parametrize(("size", "scheme"), SIZES)
def test_the_room_of_host_and_listener(size, scheme, host, fan, visitor, pictures, request):
    speaker = visitor(host, size=size, color_scheme=scheme)
    listener = visitor(fan, size=size, color_scheme=scheme)
    space = speaker.start_space("What we found in the old harbour, and what it means for the town")
    expect(listener.bubble(space)).to_be_visible()
    _look(listener, "home-with-bubble", pictures, request)
    speaker.unmute()
    listener.bubble(space).click()
    listener.in_room().hears()
    _look(speaker, "room-host", pictures, request)
    _look(listener, "room-listener", pictures, request)
    listener.room.locator("[data-action=minimise]").click()
    expect(listener.player).to_be_visible()
    _look(listener, "player", pictures, request)
    listener.page.locator("[data-action=open]").click()
    listener.room.locator(".listeners").click()
    expect(listener.page.locator("dialog.sheet")).to_contain_text("Finn")
    _look(listener, "listeners", pictures, request)
    listener.page.keyboard.press("Escape")

    speaker.room.locator("[data-action=end]").click()
    expect(speaker.page.locator("dialog [data-choice=end]")).to_be_visible()
    _look(speaker, "end-dialog", pictures, request)
    speaker.page.locator("dialog [data-choice=end]").click()
    expect(listener.notice("ended")).to_be_visible()
    _look(listener, "ended", pictures, request)
    listener.open(f"/spaces/{space}/")
    _look(listener, "ended-page", pictures, request)
