"""Who asks to sell tickets, what it takes, and what staff make of it."""

from datetime import timedelta

import pytest

from accounts.models import User
from moderation.errors import DecisionSelf
from moderation.models import AuditEntry, Sanction
from moderation.services.decisions import decide
from rooms.models import Space
from social.models import Notification
from spaces_project.lib.errors import Invalid, NotAllowed
from tests.staffing import staff_of
from tests.tickets.makers import CreatorFactory, offered
from tickets.errors import (
    AccountNotReady,
    AlreadySelling,
    ApplicationDecided,
    AppliedTooSoon,
    CurrencyFixed,
    NoApplication,
    NotEligible,
    NotSelling,
    TicketsNotOpen,
)
from tickets.models import Creator, CreatorApplication
from tickets.selectors.applications import creator_standing
from tickets.selectors.creators import selling_refusal
from tickets.selectors.offers import is_on_sale, offer_of
from tickets.services.creators import (
    application_grant,
    application_refuse,
    application_withdraw,
    creator_apply,
    currency_set,
    selling_withdraw,
    tips_switch,
)

pytestmark = pytest.mark.django_db


@pytest.fixture
def eligible(host, now) -> User:
    """The host has all it takes, to the last follower and Space."""
    became_eligible(host, now)
    return host


@pytest.fixture
def finance() -> User:
    """Somebody of finance."""
    return staff_of("finance", handle="a_treasurer")


def became_eligible(user, now) -> None:
    user.follower_count = 1000
    user.save(update_fields=["follower_count"])
    for days in (1, 10, 29):
        Space.objects.create(
            host=user,
            title="Hosted",
            state="ended",
            started_at=now - timedelta(days=days),
            ended_at=now - timedelta(days=days),
            end_reason="host",
        )


def told(user) -> list[tuple[str, str]]:
    rows = Notification.objects.filter(user=user).order_by("pk")
    return [(one.event, one.data["text"]) for one in rows]


def test_what_it_takes_is_counted(host, now):
    became_eligible(host, now)
    standing = creator_standing(host, now=now)
    assert standing.refusal is None
    checklist = standing.checklist
    assert (checklist.followers, checklist.spaces, checklist.is_met) == (1000, 3, True)
    # A day later the oldest is 30 days ago; what was announced and never began counts for nothing.
    Space.objects.create(host=host, title="Ahead", state="scheduled", scheduled_at=now + timedelta(days=2))
    standing = creator_standing(host, now=now + timedelta(days=1))
    assert standing.checklist.spaces == 2
    assert isinstance(standing.refusal, NotEligible)
    host.follower_count = 999
    assert not creator_standing(host, now=now).checklist.has_followers


def test_an_application_is_made_once_and_can_be_taken_back(eligible, now):
    with pytest.raises(Invalid) as refused:
        creator_apply(user=eligible, is_adult=False, now=now)
    assert list(refused.value.fields) == ["is_adult"]
    made = creator_apply(user=eligible, is_adult=True, now=now)
    assert (made.state, made.followers, made.spaces, made.is_adult_attested_at) == ("applied", 1000, 3, now)
    assert creator_apply(user=eligible, is_adult=True, now=now) == made
    application_withdraw(user=eligible, now=now)
    with pytest.raises(NoApplication):
        application_withdraw(user=eligible, now=now)
    assert creator_apply(user=eligible, is_adult=True, now=now) != made


def test_who_cannot_apply(eligible, listener, staff, now, flag):
    with pytest.raises(NotEligible):
        creator_apply(user=listener, is_adult=True, now=now)
    flag("tickets", share=0)
    with pytest.raises(TicketsNotOpen):
        creator_apply(user=eligible, is_adult=True, now=now)
    flag("tickets", share=100)
    decide(act="withdraw_selling", by=staff, person=eligible, reason="Sold what was no Space", now=now)
    with pytest.raises(NotAllowed) as refused:
        creator_apply(user=eligible, is_adult=True, now=now)
    assert refused.value.code == "ticket.selling_withdrawn"
    Sanction.objects.all().delete()
    CreatorFactory(user=eligible)
    with pytest.raises(AlreadySelling):
        creator_apply(user=eligible, is_adult=True, now=now)
    assert not CreatorApplication.objects.exists()


def test_finance_grants(eligible, finance, now):
    made = creator_apply(user=eligible, is_adult=True, now=now)
    assert isinstance(selling_refusal(eligible, None), NotAllowed)
    granted = application_grant(application=made, by=finance, note=" Welcome ", now=now)
    assert (granted.state, granted.decided_by, granted.reason) == ("granted", finance, "Welcome")
    creator = Creator.objects.get(user=eligible)
    assert creator.is_selling_granted
    # What is missing is an account that can be paid.
    assert isinstance(selling_refusal(eligible, creator), AccountNotReady)
    assert told(eligible) == [("selling_granted", "Welcome")]
    entry = AuditEntry.objects.get()
    assert (entry.act, entry.actor_id, entry.target_handle) == ("staff.selling_grant", finance.pk, "the_host")
    with pytest.raises(ApplicationDecided):
        application_refuse(application=made, by=finance, reason="No", now=now)
    assert Creator.objects.get(user=eligible).is_selling_granted


def test_finance_refuses_and_they_wait_before_they_ask_again(eligible, finance, now):
    made = creator_apply(user=eligible, is_adult=True, now=now)
    with pytest.raises(Invalid):
        application_refuse(application=made, by=finance, reason=" \u200b", now=now)
    application_refuse(application=made, by=finance, reason="Too few Spaces with a topic", now=now)
    assert told(eligible) == [
        ("selling_refused", "Too few Spaces with a topic You can apply again in 14 days.")
    ]
    assert not Creator.objects.exists()
    with pytest.raises(AppliedTooSoon):
        creator_apply(user=eligible, is_adult=True, now=now + timedelta(days=13, hours=23))
    Space.objects.filter(host=eligible).update(started_at=now)
    assert creator_apply(user=eligible, is_adult=True, now=now + timedelta(days=14)).state == "applied"


def test_others_of_staff_do_not_decide_nor_anybody_about_themselves(eligible, now):
    made = creator_apply(user=eligible, is_adult=True, now=now)
    for group in ("moderator", "support", ""):
        with pytest.raises(NotAllowed) as refused:
            application_grant(application=made, by=staff_of(group), now=now)
        assert refused.value.code == "staff.not_allowed"
    assert AuditEntry.objects.filter(act="staff.refused", target_id="creators").count() == 3
    treasurer = staff_of("finance")
    became_eligible(treasurer, now)
    own = creator_apply(user=treasurer, is_adult=True, now=now)
    with pytest.raises(DecisionSelf):
        application_grant(application=own, by=treasurer, now=now)
    made.refresh_from_db()
    assert made.state == "applied"


def test_what_was_granted_is_withdrawn(host, creator, space, finance, now):
    offer = offered(space)
    assert is_on_sale(offer, now)
    selling_withdraw(creator=creator, by=finance, reason="Nothing took place", now=now)
    assert not is_on_sale(offer_of(space.pk), now)
    assert [event for event, _ in told(host)] == ["selling_withdrawn"]
    with pytest.raises(NotSelling):
        selling_withdraw(creator=creator, by=finance, reason="Again", now=now)
    # They may ask again, and are let again.
    became_eligible(host, now)
    application_grant(application=creator_apply(user=host, is_adult=True, now=now), by=finance, now=now)
    assert is_on_sale(offer_of(space.pk), now)


def test_nobody_is_let_sell_whom_the_moderators_keep_from_it(eligible, finance, staff, now):
    made = creator_apply(user=eligible, is_adult=True, now=now)
    decide(act="withdraw_selling", by=staff, person=eligible, reason="Sold what was no Space", now=now)
    with pytest.raises(NotAllowed) as refused:
        application_grant(application=made, by=finance, now=now)
    assert refused.value.code == "ticket.selling_withdrawn"


def test_tips_are_switched_on_by_who_can_be_paid(host, listener, creator, flag):
    with pytest.raises(AccountNotReady):
        tips_switch(user=listener, is_on=True)
    assert not tips_switch(user=listener, is_on=False).tips_enabled
    assert not Creator.objects.filter(user=listener).exists()
    for is_on in (True, True, False, True):
        tips_switch(user=host, is_on=is_on)
        creator.refresh_from_db()
        assert creator.tips_enabled == is_on
    flag("tickets", share=0)
    with pytest.raises(TicketsNotOpen):
        tips_switch(user=host, is_on=True)
    assert not tips_switch(user=host, is_on=False).tips_enabled


@pytest.mark.parametrize("wrong", ["jpy", "", "x" * 100, "us\0d"])
def test_a_currency_that_is_not_offered(host, wrong):
    with pytest.raises(Invalid) as refused:
        currency_set(user=host, currency=wrong)
    assert list(refused.value.fields) == ["currency"]


def test_the_currency_stays_once_something_is_sold(host, creator, space):
    assert currency_set(user=host, currency="EUR").currency == "eur"
    offered(space, currency="eur")
    with pytest.raises(CurrencyFixed):
        currency_set(user=host, currency="usd")
    assert currency_set(user=host, currency="eur").currency == "eur"
