"""Somebody new: signs up, looks about, follows, may not host yet; and the demo that lets them hear something."""

import os
import re
import signal
import subprocess
import sys
from contextlib import suppress

import pytest
from playwright.sync_api import expect

from stack import paths
from tests.e2e.conftest import PHONE
from tests.plugins.service import wait_until

pytestmark = [pytest.mark.e2e]


def test_a_new_person_signs_up_follows_and_learns_what_hosting_takes(host, visitor):
    guest = visitor(size=PHONE)
    page = guest.open("/accounts/signup/").page
    page.get_by_label("Email").fill("nora@example.org")
    page.get_by_label("Handle").fill("Nora_New")
    page.get_by_label("Name", exact=True).fill("Nora New")
    page.get_by_label("Password").fill("a-long-enough-phrase")
    page.get_by_role("button", name="Create account").click()
    page.wait_for_url(re.compile(f"^{re.escape(guest.url)}/(accounts/confirm-email/)?$"))

    guest.open(f"/@{host.handle}/").connected()
    page.get_by_role("button", name=f"Follow {host.name}", exact=True).click()
    expect(page.get_by_role("button", name=f"Unfollow {host.name}", exact=True)).to_be_visible()
    expect(page.locator("#follower-count")).to_have_text("2")

    guest.open("/spaces/new/")
    expect(page.get_by_role("heading", name="0 of 600 followers")).to_be_visible()
    expect(page.get_by_role("button", name="Go live now")).to_have_count(0)
    refused = page.evaluate(
        """async () => {
            const headers = { "Content-Type": "application/json", "X-CSRFToken": document.body.dataset.csrf };
            const body = JSON.stringify({ title: "Let me" });
            const answer = await fetch("/api/v1/spaces/", { method: "POST", headers, body });
            return [answer.status, (await answer.json()).code];
        }"""
    )
    assert refused == [403, "space.host_not_eligible"]
    guest.expect_problems("403")

    # And is seen to be a follower: the bubble comes to them, too.
    speaker = visitor(host)
    guest.open("/").connected()
    space = speaker.start_space("Welcome, Nora")
    expect(guest.bubble(space)).to_be_visible()


def test_a_guest_is_led_to_sign_in_and_back_to_the_space(host, fan, visitor):
    space = visitor(host).start_space("Come in")
    guest = visitor()
    page = guest.open(f"/spaces/{space}/").page
    expect(page.locator("#main h1")).to_have_text("Come in")
    page.get_by_role("link", name="Sign in to listen").click()
    page.get_by_label("Handle or e-mail address").fill(fan.handle)
    page.get_by_label("Password", exact=True).fill("spaces-demo")
    page.get_by_role("button", name="Sign in", exact=True).click()
    page.wait_for_url(f"{guest.url}/spaces/{space}/")
    page.get_by_role("link", name="Start listening").click()
    guest.in_room()


def test_a_wrong_password_is_told_in_words(fan, visitor):
    guest = visitor()
    page = guest.open("/accounts/login/").page
    page.get_by_label("Handle or e-mail address").fill(fan.handle)
    page.get_by_label("Password", exact=True).fill("not-the-password")
    page.get_by_role("button", name="Sign in", exact=True).click()
    expect(
        page.get_by_role("alert").or_(page.locator(".form-errors, .errorlist, .notice")).first
    ).to_be_visible()
    assert "/accounts/login/" in page.url


def test_an_ended_space_and_one_that_never_was_are_told_in_words(host, fan, visitor):
    speaker = visitor(host)
    space = speaker.start_space("Gone soon")
    listener = visitor(fan)
    listener.open(f"/spaces/{space}/").connected()
    speaker.end_space()
    expect(listener.page.locator("#main")).to_contain_text("Hana ended this Space")

    listener.expect_problems("404")
    listener.open("/spaces/00000000-0000-7000-8000-000000000000/")
    expect(listener.page.locator("#main")).to_contain_text(re.compile("Space|page"))
    assert "Traceback" not in listener.page.content()


@pytest.mark.slow
def test_the_demo_space_is_heard_by_the_demo_listener_and_ends_with_the_command(site, visitor, tmp_path):
    """`make demo-space`, and the accounts that the README names."""
    log = tmp_path / "demo.log"
    environment = {**os.environ, **site.environment}
    with log.open("wb") as out:
        demo = subprocess.Popen(
            [sys.executable, "-m", "stack", "demo-space"],
            cwd=paths.ROOT,
            env=environment,
            stdout=out,
            stderr=out,
            start_new_session=True,
        )
    try:
        listener = visitor(size=PHONE).sign_in("demo_listener")
        wait_until(lambda: "On air: " in log.read_text(), "the demo is on air")
        said = log.read_text()
        assert f"On air: {site.url}/spaces/" in said
        assert "Sign in as demo_listener / spaces-demo and tap the purple bubble." in said
        listener.bubble().click()
        listener.in_room().hears()

        # Ctrl-C in a terminal reaches every process of the command.
        os.killpg(demo.pid, signal.SIGINT)
        expect(listener.notice("ended")).to_contain_text("ended this Space")
        assert demo.wait(20) == 0
        assert "The demo Space has ended." in log.read_text()
        assert "Traceback" not in log.read_text()
    finally:
        with suppress(ProcessLookupError):
            os.killpg(demo.pid, signal.SIGKILL)
        demo.wait()
