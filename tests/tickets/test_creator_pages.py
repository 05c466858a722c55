"""The page on which somebody becomes a creator: applying, payouts at Stripe, tips, currency."""

from datetime import timedelta

import pytest
from django.test import Client
from django.utils import timezone

from tests.pages.documents import Document
from tests.staffing import staff_of
from tests.tickets.test_applications import became_eligible
from tickets.account_words import AccountState, account_words, wanted_words
from tickets.models import Creator, CreatorApplication
from tickets.services.creators import application_grant, application_refuse
from tickets.services.onboarding import account_sync

pytestmark = pytest.mark.django_db


@pytest.fixture
def browser(host) -> Client:
    """The host's browser."""
    client = Client()
    client.force_login(host)
    return client


def page(client: Client) -> str:
    found = client.get("/creator/")
    assert found.status_code == 200
    return Document(found).text


def said(response) -> str:
    """What the page says that a form led to."""
    return Document(response).one(class_="notices").text


def test_the_way_to_selling(browser, host):
    now = timezone.now()
    text = page(browser)
    assert "1,000 followers" in text
    assert "Once all of it is ticked" in text
    assert browser.post("/creator/apply/", {"is_adult": "1"}).status_code == 403
    became_eligible(host, now)
    refused = browser.post("/creator/apply/")
    assert refused.status_code == 400
    assert "18 or over" in Document(refused).one(id="adult-error").text
    done = browser.post("/creator/apply/", {"is_adult": "1"}, follow=True)
    assert "We have your application" in said(done)
    assert "Take it back" in page(browser)
    browser.post("/creator/apply/withdraw/")
    assert "Take it back" not in page(browser)
    assert browser.post("/creator/apply/withdraw/").status_code == 409
    browser.post("/creator/apply/", {"is_adult": "1"})
    finance = staff_of("finance")
    application = CreatorApplication.objects.get(state="applied")
    application_refuse(application=application, by=finance, reason="<b>Not yet</b>", now=now)
    text = page(browser)
    assert "<b>Not yet</b>" in text
    assert "You can apply again from" in text
    CreatorApplication.objects.filter(pk=application.pk).update(decided_at=now - timedelta(days=15))
    browser.post("/creator/apply/", {"is_adult": "1"})
    application = CreatorApplication.objects.get(state="applied")
    application_grant(application=application, by=finance, now=now)
    assert "You can sell tickets" in page(browser)


def test_payouts_are_set_up_at_stripe(browser, host, stripe_server, settings):
    settings.STRIPE_RETRIES = 0
    sent = browser.post("/creator/payouts/")
    creator = Creator.objects.get(user=host)
    assert sent.status_code == 302
    assert sent["Location"].startswith(f"{settings.STRIPE_API_BASE}/setup/{creator.stripe_account_id}")
    # The link is used up, or too old: Stripe sends them here.
    again = browser.get("/earnings/setup/again/")
    assert again["Location"].startswith(f"{settings.STRIPE_API_BASE}/setup/{creator.stripe_account_id}")
    assert browser.post("/creator/payouts/account/").status_code == 409
    browser.get("/earnings/setup/done/")
    assert "Not finished" in page(browser)
    stripe_server.tell("account", account=creator.stripe_account_id, outcome="restricted")
    browser.get("/earnings/setup/done/")
    text = page(browser)
    assert "Restricted" in text
    assert "A picture of an identity document" in text
    stripe_server.tell("account", account=creator.stripe_account_id, outcome="complete")
    assert "can be paid" in said(browser.get("/earnings/setup/done/", follow=True))
    assert "Ready" in page(browser)
    assert "/express/" in browser.post("/creator/payouts/account/")["Location"]
    assert "People can tip you now" in said(browser.post("/creator/tips/", {"is_on": "1"}, follow=True))
    browser.post("/creator/tips/")
    assert not Creator.objects.get(user=host).tips_enabled


def test_stripe_down(browser, host, stripe_server, settings):
    settings.STRIPE_RETRIES = 0
    stripe_server.faults({"how": "error"})
    answer = browser.post("/creator/payouts/")
    assert answer.status_code == 503
    assert "does not answer" in Document(answer).one(class_="form-errors").text
    Creator.objects.filter(user=host).update(stripe_account_id="acct_unknown")
    assert "does not answer" in said(browser.get("/earnings/setup/done/", follow=True))
    stripe_server.faults()
    # An account that is gone may nothing, and nothing breaks.
    browser.get("/earnings/setup/done/")
    assert not Creator.objects.get(user=host).can_be_paid


def test_where_nothing_is_sold(browser, settings):
    settings.STRIPE_API_KEY = ""
    assert "Payments are not set up" in page(browser)
    assert browser.post("/creator/payouts/").status_code == 503
    settings.STRIPE_API_KEY, settings.STRIPE_IS_STAND_IN = "sk_test", True
    assert "no real money moves" in page(browser)


def test_whom_tickets_are_not_open_to(browser, host, flag):
    flag("tickets", share=0)
    answer = browser.get("/creator/")
    assert answer.status_code == 403
    assert "little by little" in Document(answer).text
    assert browser.post("/creator/payouts/").status_code == 403
    # What somebody has earned stays in sight.
    Creator.objects.create(user=host)
    assert browser.get("/creator/").status_code == 200


def test_the_currency_is_chosen(browser, host, creator):
    assert browser.post("/creator/currency/", {"currency": "gbp"}).status_code == 302
    assert Creator.objects.get(user=host).currency == "gbp"
    wrong = browser.post("/creator/currency/", {"currency": "xxx"})
    assert wrong.status_code == 400
    assert Document(wrong).one(id="currency-error").text


def test_guests_sign_in_first_and_gets_change_nothing(client, browser, host):
    for path in ("/creator/", "/creator/apply/", "/creator/payouts/", "/earnings/setup/done/"):
        assert client.get(path)["Location"].startswith("/accounts/login/")
    for path in ("apply/", "apply/withdraw/", "payouts/", "payouts/account/", "tips/", "currency/"):
        assert browser.get(f"/creator/{path}").status_code == 405
    assert not Creator.objects.exists()


class TestAccountWords:
    """What Stripe says, in words."""

    @staticmethod
    def of(**fields) -> AccountState:
        return account_words(Creator(stripe_account_id="acct_1", **fields)).state

    def test_states(self):
        assert account_words(None).state == account_words(Creator()).state == AccountState.NONE
        assert self.of() == AccountState.INCOMPLETE
        submitted = {"details_submitted": True}
        assert self.of(**submitted) == AccountState.REVIEW
        wanted = {"requirements": {"past_due": ["external_account"]}}
        assert self.of(**submitted, **wanted) == AccountState.RESTRICTED
        ready = submitted | {"charges_enabled": True, "payouts_enabled": True}
        assert self.of(**ready) == AccountState.READY
        assert self.of(**submitted | {"charges_enabled": True}, **wanted) == AccountState.RESTRICTED
        assert self.of(**ready, disabled_reason="rejected.fraud") == AccountState.REJECTED

    def test_what_stripe_asks_for(self):
        names = [
            "individual.first_name",
            "individual.last_name",
            "individual.dob.day",
            "person_123.dob",
            "new.thing",
        ]
        assert wanted_words(names) == [
            "Your name",
            "Your date of birth",
            "More about the people of your company",
            "Something else that Stripe’s page will tell you",
        ]

    def test_a_deadline_and_a_reason(self):
        asked = {"currently_due": ["tos_acceptance.date"], "current_deadline": 1_800_000_000}
        words = account_words(
            Creator(
                stripe_account_id="acct_1",
                details_submitted=True,
                requirements=asked,
                disabled_reason="a.new_one",
            )
        )
        assert words.deadline is not None
        assert (words.deadline.year, words.why) == (2027, "Stripe has restricted your account.")


def test_an_account_of_nobody_here(stripe_server, now):
    assert account_sync(account_id="acct_of_nobody", now=now) is None
