"""Amounts of money as people write and read them. Everywhere else they are integers in minor units, beside a currency."""

import re
from decimal import Decimal

from django.conf import settings
from django.utils import formats
from django.utils.translation import gettext, pgettext

from spaces_project.lib.errors import Invalid

_SIGNS = {"usd": "$", "eur": "€", "gbp": "£"}
_AMOUNT = re.compile(r"\A([0-9]{1,7})(?:[.,]([0-9]{1,2}))?\Z", re.ASCII)


def money(amount: int, currency: str) -> str:
    """An amount in words: "$5.00", "−€0.30", "12.00 CHF"."""
    sign = "−" if amount < 0 else ""
    number = formats.number_format(Decimal(abs(amount)) / 100, decimal_pos=2, force_grouping=True)
    mark = _SIGNS.get(currency)
    if mark is None:
        return f"{sign}{number} {currency.upper()}"
    return sign + pgettext("format", "{mark}{number}").format(mark=mark, number=number)


def parsed(text: str, *, field: str = "amount") -> int:
    """The minor units of an amount that somebody typed ("5", "5.50", "5,5"). Raises Invalid for `field`."""
    found = _AMOUNT.match(text.strip())
    if found is None:
        raise Invalid(fields={field: [gettext("Enter an amount such as 5 or 5.50, with whole cents.")]})
    units, cents = found.groups()
    return int(units) * 100 + int((cents or "").ljust(2, "0"))


def checked_amount(amount: object, *, least: int, most: int, field: str = "amount") -> int:
    """`amount` if it is a whole number of minor units within these bounds. Raises Invalid for `field`."""
    if not isinstance(amount, int) or isinstance(amount, bool) or not least <= amount <= most:
        words = gettext("Choose an amount between {least} and {most}.")
        said = words.format(least=f"{least / 100:.2f}", most=f"{most / 100:,.2f}")
        raise Invalid(fields={field: [said]})
    return amount


def checked_currency(currency: object, *, field: str = "currency") -> str:
    """`currency` in lower case if it is offered here (`TICKET_CURRENCIES`). Raises Invalid for `field`."""
    found = currency.lower() if isinstance(currency, str) else ""
    if found not in settings.TICKET_CURRENCIES:
        offered = ", ".join(one.upper() for one in settings.TICKET_CURRENCIES)
        raise Invalid(fields={field: [gettext("Choose one of {offered}.").format(offered=offered)]})
    return found
