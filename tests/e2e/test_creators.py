"""From an application to the first cent in real browsers: finance grants, Stripe signs them up, the sale is in the earnings."""

import json
import re

import pytest
from playwright.sync_api import expect

from tests.e2e.conftest import PHONE, Account

pytestmark = [pytest.mark.e2e]

# Enough followers and Spaces for the host, a Space ahead; somebody of finance with a session that had a second factor.
_BEFORE = """
import json
from datetime import timedelta
from allauth.account.internal.flows.login import record_authentication
from allauth.mfa.totp.internal.auth import TOTP
from django.contrib.auth.models import Group
from django.http import HttpRequest
from django.test import Client
from django.utils import timezone
from accounts.models import User
from rooms.models import Space
from rooms.services.schedule import space_schedule
now = timezone.now()
host = User.objects.get(handle="{host}")
User.objects.filter(pk=host.pk).update(follower_count=1000)
for days in (1, 2, 3):
    at = now - timedelta(days=days)
    Space.objects.create(host=host, title="Hosted", state="ended", end_reason="host", started_at=at, ended_at=at)
space = space_schedule(host=host, title="An evening of songs", scheduled_at=now + timedelta(hours=5), now=now)
person = User.objects.create_user(handle="finance_1", email="finance_1@example.org", name="Fay Finance", is_staff=True)
person.groups.add(Group.objects.get(name="Finance"))
TOTP.activate(person, "JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP")
client = Client(REMOTE_ADDR="127.0.0.1")
client.force_login(person)
request = HttpRequest()
request.session = client.session
record_authentication(request, person, "mfa", type="totp")
request.session.save()
account = [person.handle, str(person.pk), person.name, client.cookies["sessionid"].value]
print("MADE" + json.dumps([str(space.pk), account]))
"""

_ORDER = """
from django.utils import timezone
from accounts.models import User
from rooms.models import Space
from tickets.services.offers import offer_set
from tickets.services.orders import order_hold
now, space = timezone.now(), Space.objects.get(pk="{space}")
offer = offer_set(space=space, by=space.host, amount=1000, seats=2, now=now)
print("MADE" + order_hold(offer=offer, buyer=User.objects.get(handle="{fan}"), now=now).checkout_url)
"""


def _made(site, code: str) -> str:
    return site.manage("shell", "-c", code).split("MADE")[1].strip()


def test_from_an_application_to_the_first_sale(host, fan, visitor, browser, site, pictures):
    space, finance = json.loads(_made(site, _BEFORE.replace("{host}", host.handle)))
    creator = visitor(host, size=PHONE).open("/creator/").page
    creator.get_by_label("I am 18 or over").check()
    creator.get_by_role("button", name="Apply").click()
    expect(creator.get_by_text("We have your application")).to_be_visible()

    desk = visitor()
    session = Account(*finance).session
    desk.context.add_cookies([{"name": "sessionid", "value": session, "url": desk.url}])
    desk.open("/admin/tickets/creatorapplication/")
    desk.page.get_by_role("link", name=f"@{host.handle}").click()
    desk.page.get_by_label("Words to them").fill("Welcome, and sing well.")
    desk.page.screenshot(path=pictures / "finance-application.png", full_page=True)
    desk.page.get_by_role("button", name="Grant").click()
    expect(desk.page.get_by_text("Granted.")).to_be_visible()

    creator.goto(f"{desk.url}/creator/")
    expect(creator.get_by_text("You can sell tickets").first).to_be_visible()
    creator.get_by_role("button", name="Connect an account").click()
    # Stripe's own page: it is another site, which knows who they are.
    expect(creator).to_have_url(re.compile(r"/setup/"))
    creator.locator("button[value=complete]").click()
    expect(creator.get_by_text("Your account is ready")).to_be_visible()

    order = _made(site, _ORDER.replace("{space}", space).replace("{fan}", fan.handle))
    with browser.new_page() as till:
        till.goto(order)
        till.locator("button[value=pay]").click()
        expect(till).to_have_url(re.compile(r"/tickets/orders/"))

    # The webhook tells, whether or not the buyer comes back.
    earnings = visitor(host)
    for _ in range(40):
        earnings.open("/earnings/")
        if earnings.page.get_by_text("1 ticket sold").count():
            break
        earnings.page.wait_for_timeout(250)
    expect(earnings.page.locator("[data-figure=closing]")).to_have_text("$9.11")
    earnings.page.screenshot(path=pictures / "earnings-first.png", full_page=True)
    earnings.page.get_by_role("link", name="An evening of songs").click()
    earnings.page.get_by_role("link", name=fan.name).click()
    expect(earnings.page.locator("[data-figure=earned]")).to_have_text("$9.11")
