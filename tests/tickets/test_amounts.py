"""Who gets what of a payment, to the cent; and amounts as people type and read them."""

import random

import pytest

from spaces_project.lib.errors import Invalid
from tickets.amounts import checked_amount, checked_currency, money, parsed
from tickets.fees import added, card_fee_of, card_fee_on_top, drawn, paid_back, split

BORDER = 5_000_000


def test_of_five_dollars_the_host_gets_four_forty():
    sale = split(500, used=[])
    assert (sale.platform_fee, sale.card_fee, sale.host_amount) == (15, 45, 440)
    assert sale.application_fee == 60


def test_a_sale_across_the_border_is_split_exactly():
    sale = split(2_000, used=[BORDER - 1_000])
    assert sale.tier_amounts == [1_000, 1_000]
    assert sale.platform_fee == 30 + 200
    assert split(2_000, used=[BORDER, 7]).platform_fee == 400
    assert split(2_000, used=[BORDER - 2_000]).platform_fee == 60
    assert split(1, used=[BORDER - 1]).tier_amounts == [1, 0]


def test_whatever_is_sold_expires_and_is_refunded_exactly_fifty_thousand_go_at_97(monkeypatch):
    """Sales and returns in any order: no part is lost, none is used twice, and the first tier is filled to its border."""
    chance = random.Random(7)
    used: list[int] = []
    sold: list[list[int]] = []
    for _ in range(2_000):
        if sold and chance.random() < 0.3:
            used = added(used, sold.pop(chance.randrange(len(sold))), sign=-1)
            continue
        amount = chance.randint(100, 99_900)
        parts = drawn(amount, used=used)
        assert sum(parts) == amount
        used = added(used, parts)
        sold.append(parts)
        assert used == [sum(one[tier] for one in sold) for tier in (0, 1)]
        assert used[1] == 0 or used[0] <= BORDER
    while used[0] < BORDER:
        used = added(used, drawn(99_900, used=used))
    assert used[0] == BORDER


def test_nothing_is_lost_in_rounding():
    chance = random.Random(11)
    for _ in range(2_000):
        amount, used = chance.randint(1, 99_900), chance.randint(0, BORDER + 99_900)
        sale = split(amount, used=[used])
        assert sale.platform_fee + sale.card_fee + sale.host_amount == amount
        assert min(sale.platform_fee, sale.card_fee, sale.host_amount) >= 0


def test_a_tip_pays_the_fee_of_the_whole_payment():
    for amount in range(100, 50_001, 7):
        fee = card_fee_on_top(amount)
        assert card_fee_of(amount + fee) == fee


def test_refunds_in_parts_give_back_every_cent_of_every_part():
    chance = random.Random(13)
    for number in range(300):
        whole = chance.randint(100, 2_000)
        platform, card = chance.randint(0, whole // 2), chance.randint(0, whole // 2)
        refunded, back = 0, [0, 0, 0]
        while refunded < whole:
            more = 1 if number < 20 else chance.randint(1, whole - refunded)
            shares = paid_back(
                platform_fee=platform, card_fee=card, whole=whole, refunded=refunded, more=more
            )
            assert min(shares) >= 0
            assert sum(shares) == more
            back = [a + b for a, b in zip(back, shares, strict=True)]
            refunded += more
        assert back == [platform, card, whole - platform - card]


def test_amounts_in_words():
    assert money(500, "usd") == "$5.00"
    assert money(-123_456_789, "eur") == "−€1,234,567.89"
    assert money(1, "chf") == "0.01 CHF"


@pytest.mark.parametrize(("typed", "cents"), [("5", 500), (" 5.5 ", 550), ("0,07", 7), ("999.00", 99_900)])
def test_amounts_that_people_type(typed, cents):
    assert parsed(typed) == cents


@pytest.mark.parametrize("typed", ["", "5.005", "-5", "5e2", "٥", "1" * 40, "5\x00", "NaN", "5,,0", "$5"])
def test_what_is_no_amount(typed):
    with pytest.raises(Invalid) as refusal:
        parsed(typed)
    assert refusal.value.fields["amount"]


@pytest.mark.parametrize("amount", [99, 99_901, 10**30, -500, 5.0, "500", None, True])
def test_amounts_out_of_bounds(amount):
    with pytest.raises(Invalid):
        checked_amount(amount, least=100, most=99_900)


def test_currencies():
    assert checked_currency("EUR") == "eur"
    for other in ("jpy", "", None, 7, "usd\x00"):
        with pytest.raises(Invalid):
            checked_currency(other)
