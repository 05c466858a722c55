"""What pages do in a browser: move without a load, follow, theme, refusals in place, passkeys, targets to tap."""

import re

import pytest
from playwright.sync_api import expect

from tests.e2e.conftest import PHONE
from tests.e2e.pages import PASSWORD

pytestmark = [pytest.mark.e2e]

TAPPED = [
    "/",
    "/spaces/",
    "/spaces/new/",
    "/@{handle}/",
    "/@{handle}/followers/",
    "/settings/",
    "/settings/profile/",
    "/settings/privacy/",
    "/inbox/",
    "/inbox/notifications/",
    "/settings/notifications/",
    "/search/?q=hana",
    "/spaces/?tab=upcoming",
    "/spaces/new/?later",
    "/calendar/",
    "/people/",
    "/people/import/",
    "/accounts/sessions/",
    "/accounts/email/",
]


def _mark(one):
    """Leave a mark that only a real load wipes away."""
    one.page.evaluate("window.stayed = true")


def _stayed(one):
    return one.page.evaluate("window.stayed === true")


def test_moving_loads_nothing_anew_and_says_where_one_is(fan, visitor):
    one = visitor(fan)
    _mark(one)

    one.go("Spaces")
    expect(one.page.locator("h1")).to_have_text("Spaces")
    expect(one.page).to_have_title("Spaces · live now")
    expect(one.page.locator(".side-nav [aria-current=page]")).to_have_attribute("href", "/spaces/")
    expect(one.page.locator("h1")).to_be_focused()

    one.go("Settings")
    expect(one.page.locator("h1")).to_have_text("Settings")
    one.page.go_back()
    expect(one.page.locator("h1")).to_have_text("Spaces")
    expect(one.page.locator("main#main")).to_have_count(1)
    assert _stayed(one)


def test_the_last_tap_wins_however_slow_the_answers_are(host, fan, visitor):
    one = visitor(fan).open("/inbox/notifications/").connected()
    _mark(one)
    held = []
    one.page.route("**/search/", lambda route: held.append(route))
    one.page.route("**/calendar/", lambda route: held.append(route))
    # One's mind changed while the first page is still loading.
    with one.page.expect_request("**/search/"):
        one.go("Search")
    one.go("Spaces")
    expect(one.page.locator("h1")).to_have_text("Spaces")
    with one.page.expect_event("requestfinished", lambda request: request.url.endswith("/search/")):
        held[0].continue_()
    one.page.evaluate("() => new Promise((painted) => requestAnimationFrame(() => setTimeout(painted)))")
    assert one.page.locator("h1").inner_text() == "Spaces"
    expect(one.page).to_have_url(f"{one.url}/spaces/")

    # The page is drawn anew by itself while the next one is loading.
    one.go("Inbox")
    one.page.get_by_role("navigation", name="Inbox").get_by_role("link", name="Notifications").click()
    expect(one.page.locator("[data-notifications]")).to_be_visible()
    one.page.locator("#main h1").evaluate(
        "title => title.insertAdjacentHTML('afterend', '<a href=/calendar/>Go</a>')"
    )
    with one.page.expect_request("**/calendar/"):
        one.page.get_by_role("link", name="Go", exact=True).click()
    speaker = visitor(host)
    speaker.start_space("In between")
    expect(one.page.locator(".notification")).to_contain_text(f"{host.name} is live")
    held[-1].continue_()
    expect(one.page.locator("h1")).to_have_text("My calendar")
    assert _stayed(one)
    speaker.end_space()


def test_following_in_place(host, fan, visitor):
    one = visitor(fan).open(f"/@{host.handle}/")
    _mark(one)

    one.page.get_by_role("button", name=f"Unfollow {host.name}").click()
    follow = one.page.get_by_role("button", name=f"Follow {host.name}", exact=True)
    expect(follow).to_be_focused()
    expect(one.page.locator("#follower-count")).to_have_text("0")

    follow.press("Enter")
    expect(one.page.get_by_role("button", name=f"Unfollow {host.name}")).to_be_focused()
    expect(one.page.locator("#follower-count")).to_have_text("1")
    assert _stayed(one)


def test_refusals_come_in_place(fan, host, visitor):
    one = visitor(fan).open("/settings/profile/")
    one.expect_problems(r"status of 40[04]|Status Error Code 40[04]")
    _mark(one)

    one.page.get_by_label("Handle").fill(host.handle)
    one.page.get_by_role("button", name="Save").click()
    expect(one.page.locator(".field__error")).to_have_text("This handle is taken.")
    expect(one.page.get_by_label("Handle")).to_have_value(host.handle)

    one.page.get_by_label("Handle").fill(fan.handle)
    one.page.get_by_role("button", name="Save").click()
    expect(one.page.locator(".notice--success")).to_have_text("Your profile is saved.")

    one.page.evaluate(
        "document.querySelector('#main h1').insertAdjacentHTML('afterend', '<a href=/spaces/gone/>Gone</a>')"
    )
    one.page.get_by_role("link", name="Gone").click()
    expect(one.page.locator("h1")).to_have_text("There is nothing here")
    assert _stayed(one)


def test_the_theme_changes_at_once_and_stays(fan, visitor):
    one = visitor(fan, color_scheme="light").open("/settings/")
    ground = "getComputedStyle(document.body).backgroundColor"
    light = one.page.evaluate(ground)
    _mark(one)

    with one.page.expect_response("**/settings/theme/"):
        one.page.get_by_role("button", name="Dark").click()
    dark = one.page.evaluate(ground)
    assert dark != light
    assert _stayed(one)

    one.page.reload()
    assert one.page.evaluate(ground) == dark
    expect(one.page.get_by_role("button", name="Dark")).to_have_attribute("aria-pressed", "true")

    with one.page.expect_response("**/settings/theme/"):
        one.page.get_by_role("button", name="System").click()
    one.page.reload()
    assert one.page.evaluate(ground) == light


def test_a_passkey_instead_of_the_password(fan, site, visitor):
    site.manage(
        "shell",
        "-c",
        "from allauth.account.models import EmailAddress; from accounts.models import User; "
        f"user = User.objects.get(handle='{fan.handle}'); "
        "EmailAddress.objects.create(user=user, email=user.email, verified=True, primary=True)",
    )
    one = visitor()
    # Browsers make passkeys for names of hosts, not for numbers.
    one.url = one.url.replace("127.0.0.1", "localhost")
    device = one.context.new_cdp_session(one.page)
    device.send("WebAuthn.enable")
    options = {
        "protocol": "ctap2",
        "transport": "internal",
        "hasResidentKey": True,
        "hasUserVerification": True,
    }
    device.send("WebAuthn.addVirtualAuthenticator", {"options": {**options, "isUserVerified": True}})
    one.sign_in(fan.handle)

    one.open("/settings/").page.get_by_role("link", name="Passkeys").click()
    one.page.locator("main").get_by_role("link", name="Add a passkey").click()
    expect(one.page.locator("h1")).to_have_text("Is it you?")
    one.page.get_by_label("Password", exact=True).fill(PASSWORD)
    one.page.get_by_role("button", name="Confirm").click()
    one.page.get_by_label("Name", exact=True).fill("My laptop")
    one.page.get_by_label("Passwordless").check()
    one.page.get_by_role("button", name="Add it").click()
    expect(one.page.locator("h1")).to_have_text("Recovery codes")

    one.open("/settings/").page.get_by_role("button", name="Sign out").click()
    expect(one.page.locator("body[data-user-id='']")).to_have_count(1)
    one.open("/accounts/login/").page.get_by_role("button", name="Sign in with a passkey").click()
    expect(one.page.locator(f"body[data-user-handle={fan.handle}]")).to_have_count(1)


def test_topics_stop_at_three_and_the_title_is_counted(host, visitor):
    one = visitor(host).open("/spaces/new/")

    one.page.get_by_label("What do you want to talk about?").fill("Morning jazz")
    expect(one.page.locator("[data-count-for=title]")).to_have_text("12 / 70")

    boxes = one.page.locator("input[name=topics]")
    for number in range(3):
        boxes.nth(number).check()
    expect(boxes.nth(3)).to_be_disabled()
    boxes.nth(0).uncheck()
    expect(boxes.nth(3)).to_be_enabled()


def test_ending_asks_once(host, visitor):
    one = visitor(host)
    one.start_space("Short one")
    one.room.locator("[data-action=minimise]").click()

    one.page.get_by_role("main").get_by_role("button", name="End for everyone").click()
    question = one.page.get_by_role("dialog", name="End this Space?")
    question.get_by_role("button", name="Keep going").click()
    expect(question).to_be_hidden()

    one.page.get_by_role("main").get_by_role("button", name="End for everyone").click()
    question.get_by_role("button", name="End for everyone").click()
    expect(one.page.locator("main")).to_contain_text(re.compile("Hana ended this Space after"))


def test_everything_can_be_tapped(host, fan, visitor):
    speaker = visitor(host)
    space = speaker.start_space("Room for thumbs")
    one = visitor(fan, size=PHONE)

    for path in [*TAPPED, f"/spaces/{space}/"]:
        one.open(path.format(handle=host.handle))
        assert one.too_small() == [], path
    speaker.end_space()
