"""Staff at work in a real browser: a report comes in, the queue is opened, evidence read, somebody suspended."""

import json

import pytest
from playwright.sync_api import expect

from tests.e2e.conftest import PHONE, Account

pytestmark = [pytest.mark.e2e]

# As allauth leaves it behind when a code was given.
_STAFF = """
from allauth.account.internal.flows.login import record_authentication
from allauth.mfa.totp.internal.auth import TOTP
from django.contrib.auth.models import Group
from django.http import HttpRequest
from django.test import Client
from accounts.models import User
person = User.objects.create_user(handle="moderator_1", email="moderator_1@example.org", name="Mona Moderator", is_staff=True)
person.groups.add(Group.objects.get(name="Moderator"))
TOTP.activate(person, "JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP")
client = Client(REMOTE_ADDR="127.0.0.1")
client.force_login(person)
request = HttpRequest()
request.session = client.session
record_authentication(request, person, "mfa", type="totp")
request.session.save()
print("STAFF" + repr([person.handle, str(person.pk), person.name, client.cookies["sessionid"].value]).replace("'", '"'))
"""

_API = """
async ([path, body]) => {
  const answer = await fetch(path, {
    method: "POST",
    headers: { "Content-Type": "application/json", "X-CSRFToken": document.body.dataset.csrf },
    body: JSON.stringify(body),
  });
  return [answer.status, await answer.json()];
}
"""


@pytest.fixture(scope="session")
def moderator(site) -> Account:
    """One of staff with a session that had a second factor."""
    return Account(*json.loads(site.manage("shell", "-c", _STAFF).split("STAFF")[1]))


def _desk(visitor, account, **options):
    """The admin; it has no socket to wait for."""
    one = visitor(**options)
    one.context.add_cookies([{"name": "sessionid", "value": account.session, "url": one.url}])
    return one


def test_from_a_report_to_a_suspension(host, fan, visitor, moderator, site, pictures):
    writer = visitor(host)
    status, post = writer.page.evaluate(_API, ["/api/v1/posts/", {"text": "You will be sorry, all of you."}])
    assert status == 201
    reporter = visitor(fan)
    report = {"kind": "post", "id": post["id"], "category": "threats", "words": "He means it."}
    status, _ = reporter.page.evaluate(_API, ["/api/v1/reports/", report])
    assert status in (200, 201)

    desk = _desk(visitor, moderator).open("/admin/moderation/case/")
    row = desk.page.locator("#result_list tbody tr").filter(has_text=host.handle)
    expect(row).to_contain_text("Urgent")
    desk.page.screenshot(path=pictures / "staff-queue.png")
    row.get_by_role("link", name="Post #").click()
    expect(desk.page.locator("#reports")).to_contain_text("He means it.")
    evidence = desk.page.locator("#evidence")
    expect(evidence).not_to_contain_text("You will be sorry")
    evidence.get_by_role("button", name="Read the evidence").click()
    expect(evidence).to_contain_text("You will be sorry")
    expect(evidence).to_contain_text(moderator.handle)

    desk.page.get_by_label("Suspend", exact=True).check()
    desk.page.get_by_label("For", exact=True).fill("7")
    desk.page.get_by_label("Reason").fill("Threats are not for here.")
    desk.page.get_by_role("button", name="Decide").click()
    expect(desk.page.locator(".messagelist")).to_contain_text("Decided: Suspend.")
    expect(desk.page.locator("#decide")).to_have_count(0)
    desk.page.screenshot(path=pictures / "staff-case.png", full_page=True)

    # Out at once, and told so.
    writer.expect_problems("status of 40[13]")
    writer.page.goto(f"{site.url}/settings/")
    expect(writer.page).to_have_url(f"{site.url}/accounts/login/?next=/settings/")
    assert "is whole" in site.manage("audit_verify")


def test_what_is_on_air_is_listened_to_hidden(host, visitor, moderator, pictures):
    speaker = visitor(host)
    speaker.start_space("Garden talk")
    speaker.unmute()
    desk = _desk(visitor, moderator, size=PHONE).open("/admin/moderation/onairspace/")
    desk.page.get_by_role("link", name="Garden talk").click()
    desk.page.get_by_role("button", name="Listen").click()
    expect(desk.page.locator("#listening")).to_have_text("You are listening, hidden.")
    desk.hears()
    expect(speaker.room.locator(".room__count")).to_have_text("0 listening")
    expect(desk.page.locator("#listeners")).to_have_text("0")
    desk.page.screenshot(path=pictures / "staff-on-air-phone.png", full_page=True)
    desk.page.get_by_role("button", name="Stop listening").click()
    desk.page.get_by_label("End the Space").check()
    desk.page.get_by_label("Reason").fill("Not for here.")
    desk.page.get_by_role("button", name="Decide").click()
    expect(desk.page.locator(".messagelist")).to_contain_text("Decided: End the Space.")
    expect(speaker.page.get_by_text("ended").first).to_be_visible()
