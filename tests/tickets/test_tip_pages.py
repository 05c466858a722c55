"""The pages of tips: the form, what it costs, what came of it."""

from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from accounts.models import User
from rooms.models import Space
from rooms.services.lifecycle import space_end, space_start_scheduled
from tests.pages.conftest import Visit, visit, visitor
from tests.pages.documents import Document
from tests.pages.test_policy import check
from tests.tickets.till import Till
from tickets.models import Creator, Tip

__all__ = ["visit", "visitor"]

Browser = Callable[[User | None], Client]


@pytest.fixture
def taker(creator: Creator, till: Till) -> Creator:
    """The host takes tips."""
    creator.tips_enabled = True
    creator.save()
    return creator


def test_from_the_profile_to_the_receipt(
    visitor: Browser, visit: Visit, taker: Creator, till: Till, outsider: User
) -> None:
    handle = taker.user.handle
    browser = visitor(outsider)
    path = f"/@{handle}/tip/"
    assert [one["href"] for one in visit(outsider, f"/@{handle}/").all("a") if "/tip/" in one["href"]] == [
        path
    ]
    assert "/tip/" not in visit(None, f"/@{handle}/").source
    assert "/tip/" not in visit(taker.user, f"/@{handle}/").source
    page = check(browser.get(path))
    assert "You pay $5.46 : $5.00 as the tip, and $0.46 for the card." in page.one(id="tip-price").text
    sent = browser.post(path, {"amount": "own", "own": "7,5", "unnamed": "on", "message": "For the <talk>"})
    tip = Tip.objects.get()
    assert sent.headers["Location"] == tip.checkout_url
    assert (tip.amount, tip.unnamed, tip.message) == (750, True, "For the <talk>")
    assert "Confirming your payment" in check(browser.get(f"/tips/{tip.pk}/?paid=1")).text
    assert "Not paid yet" in check(browser.get(f"/tips/{tip.pk}/")).text
    till.paid_there(tip)
    done = check(browser.get(f"/tips/{tip.pk}/?paid=1"))
    assert "The gets $7.50. Nobody is told that it was you." in done.text
    assert "Tip to The Host" in check(browser.get("/tickets/?tab=tips")).text
    assert visitor(taker.user).get(f"/tips/{tip.pk}/").status_code == 404


@pytest.mark.parametrize(
    ("fields", "words"),
    [
        ({"amount": "own", "own": "7.505"}, "whole cents"),
        ({"amount": "own", "own": "0.99"}, "between 1.00 and 500.00"),
        ({"amount": "own", "own": "-7"}, "whole cents"),
        ({"amount": "999999"}, "whole cents"),
        ({"amount": "500", "message": "x" * 141}, "at most 140"),
        ({}, "whole cents"),
    ],
)
def test_says_what_is_wrong(
    visitor: Browser, taker: Creator, outsider: User, fields: dict[str, str], words: str
) -> None:
    answer = visitor(outsider).post(f"/@{taker.user.handle}/tip/", fields)
    assert answer.status_code == 400
    page = check(answer)
    assert words in " ".join(one.text for one in page.all(class_="field__error"))
    assert not Tip.objects.exists()


def test_what_an_amount_costs_is_told_while_it_is_typed(
    visitor: Browser, taker: Creator, outsider: User
) -> None:
    browser = visitor(outsider)
    path = f"/@{taker.user.handle}/tip/price/"

    def told(**asked: str) -> str:
        return Document(browser.get(path, asked)).one(id="tip-price").text

    assert "You pay $10.61" in told(amount="own", own="10")
    assert "You pay $5.46" in told(amount="500", own="10")
    for own in ("", "x", "501", "1.234", "\x00"):
        assert "Type an amount" in told(amount="own", own=own)


def test_stripe_that_is_down_loses_nothing(
    visitor: Browser, taker: Creator, till: Till, outsider: User
) -> None:
    till.stripe.faults({"how": "down"})
    answer = visitor(outsider).post(f"/@{taker.user.handle}/tip/", {"amount": "1000", "message": "Hello"})
    assert answer.status_code == 503
    page = Document(answer)
    assert "does not answer right now" in page.text
    assert page.one(id="tip-message")["value"] == "Hello"


def test_in_and_after_a_space(
    visitor: Browser, taker: Creator, till: Till, space: Space, outsider: User, committed: Any
) -> None:
    with committed():
        space_start_scheduled(space=space, by=taker.user, now=space.scheduled_at or timezone.now())
    link = f"/@{taker.user.handle}/tip/?space={space.pk}"
    browser = visitor(outsider)
    assert link in check(browser.get(space.get_absolute_url())).source
    assert space.title in check(browser.get(link)).text
    assert "/tip/" not in check(visitor(taker.user).get(space.get_absolute_url())).source
    with committed():
        space_end(space=space, by=taker.user, now=timezone.now())
    assert link in check(browser.get(space.get_absolute_url())).source
    sent = browser.post(f"/@{taker.user.handle}/tip/", {"amount": "500", "space": str(space.pk)})
    assert sent.status_code == 302
    assert Tip.objects.get().space == space


def test_only_to_who_takes_them(visitor: Browser, taker: Creator, outsider: User, listener: User) -> None:
    for user, handle, status in (
        (outsider, listener.handle, 409),
        (taker.user, taker.user.handle, 400),
        (outsider, "nobody_here", 404),
    ):
        assert visitor(user).get(f"/@{handle}/tip/").status_code == status, handle
    assert visitor(None).get(f"/@{taker.user.handle}/tip/").status_code == 302
