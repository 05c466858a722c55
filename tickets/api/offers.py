"""What is sold for a Space, buying it, and waiting for a seat. The parts of `/spaces/{id}/…` that are about tickets."""

from typing import Any
from uuid import UUID

from django.conf import settings
from django.utils import timezone
from django.utils.translation import gettext as _
from drf_spectacular.utils import OpenApiExample, OpenApiParameter, extend_schema
from rest_framework import status
from rest_framework.permissions import IsAuthenticated, IsAuthenticatedOrReadOnly
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from accounts.api.signed_in import signed_in_user
from rooms import selectors
from spaces_project.lib.api.input import checked
from spaces_project.lib.errors import Invalid
from tickets.amounts import checked_amount, checked_currency
from tickets.api import serializers
from tickets.api.cards import order_card
from tickets.errors import SellingNotGranted
from tickets.models import Offer
from tickets.selectors.box import box_card, ticket_box
from tickets.selectors.creators import creator_of, fees_ahead
from tickets.selectors.offers import offer_for
from tickets.services.offers import offer_close, offer_remove, offer_set
from tickets.services.orders import order_hold
from tickets.services.waitlist import waitlist_join, waitlist_leave

_OFFER = OpenApiExample(
    "Ten seats left",
    value={
        "space": "0197c2a4-6c1e-7f3a-9b1d-2f6f0a5e7c11",
        "amount": 500,
        "currency": "usd",
        "price": "$5.00",
        "seats": 50,
        "seats_left": 10,
        "few_left": 10,
        "on_sale": True,
        "sale_opens_at": None,
        "sale_closes_at": None,
        "includes_replay": True,
        "me": "buy",
        "ticket": None,
        "order": None,
        "held_until": None,
        "position": None,
        "kept_until": None,
        "sales": None,
        "is_stand_in": False,
    },
    response_only=True,
)


def _offer(request: Request, space_id: UUID) -> Offer:
    return offer_for(selectors.space_for_viewer(user=request.user, space_id=space_id))


def _shown(request: Request, space_id: UUID) -> Response:
    """The offer as it is now."""
    box = ticket_box(_offer(request, space_id), request.user, now=timezone.now())
    return Response(serializers.OfferSerializer(box_card(box)).data)


class OfferView(APIView):
    """`/spaces/{id}/offer/`"""

    permission_classes = (IsAuthenticatedOrReadOnly,)

    @extend_schema(
        operation_id="offer_get",
        summary="Get the tickets of a Space, and what I am to it",
        description="404 `ticket.no_offer` for a Space that everybody gets into free.",
        tags=["tickets"],
        responses=serializers.OfferSerializer,
        examples=[_OFFER],
    )
    def get(self, request: Request, space_id: UUID) -> Response:
        """One offer."""
        return _shown(request, space_id)

    @extend_schema(
        operation_id="offer_set",
        summary="Sell tickets for my scheduled Space, or change what is sold",
        description=(
            "The host alone (403 `ticket.not_seller`), if they may sell (403 `ticket.selling_not_granted`, 409 "
            "`ticket.account_not_ready`, 503 `payment.off`). Before the Space starts (409 `ticket.space_not_ahead`); once a "
            "ticket is sold the price stays (409 `ticket.price_fixed`), and seats may only grow (409 "
            "`ticket.seats_only_grow`), also while it is live. What was closed is open again. 400 with the fields at fault."
        ),
        tags=["tickets"],
        request=serializers.OfferSetSerializer,
        responses=serializers.OfferSerializer,
        examples=[
            OpenApiExample(
                "$5.00 a seat", value={"amount": 500, "seats": 50, "guests": ["maya"]}, request_only=True
            )
        ],
    )
    def put(self, request: Request, space_id: UUID) -> Response:
        """All of it, as it is to be."""
        user = signed_in_user(request)
        asked = checked(serializers.OfferSetSerializer, request)
        currency = asked.pop("currency")
        creator = creator_of(user)
        if currency and creator is not None and checked_currency(currency) != creator.currency:
            words = _("You are paid in {currency}: your tickets are sold in it, too.").format(
                currency=creator.currency.upper()
            )
            raise Invalid(fields={"currency": [words]})
        space = selectors.space_for_viewer(user=user, space_id=space_id)
        offer_set(space=space, by=user, now=timezone.now(), **asked)
        return _shown(request, space_id)

    @extend_schema(
        operation_id="offer_remove",
        summary="Let everybody in free again",
        description="As long as nobody has bought, or begun to buy, a ticket: 409 `ticket.sold`. 403 `ticket.not_seller`.",
        tags=["tickets"],
        responses={204: None},
    )
    def delete(self, request: Request, space_id: UUID) -> Response:
        """No tickets."""
        offer_remove(offer=_offer(request, space_id), by=signed_in_user(request))
        return Response(status=status.HTTP_204_NO_CONTENT)


class OfferCloseView(APIView):
    """`/spaces/{id}/offer/close/`"""

    permission_classes = (IsAuthenticated,)

    @extend_schema(
        operation_id="offer_close",
        summary="Sell no more tickets",
        description="Tickets stay good. Done twice it is done once; setting the offer opens it again. 403 `ticket.not_seller`.",
        tags=["tickets"],
        request=None,
        responses=serializers.OfferSerializer,
    )
    def post(self, request: Request, space_id: UUID) -> Response:
        """Close the sale."""
        offer_close(offer=_offer(request, space_id), by=signed_in_user(request), now=timezone.now())
        return _shown(request, space_id)


class TicketFeesView(APIView):
    """`/ticket-fees/`"""

    permission_classes = (IsAuthenticated,)

    @extend_schema(
        operation_id="ticket_fees",
        summary="Get what a ticket at a price would bring me",
        description="403 `ticket.selling_not_granted` for who does not sell; 400 for a price out of bounds.",
        tags=["tickets"],
        parameters=[OpenApiParameter("amount", int, required=True, description="In minor units.")],
        responses=serializers.FeesSerializer,
    )
    def get(self, request: Request) -> Response:
        """A price, divided."""
        creator = creator_of(signed_in_user(request))
        if creator is None:
            raise SellingNotGranted()
        amount = asked_amount(request)
        checked_amount(amount, least=settings.TICKET_PRICE_MIN, most=settings.TICKET_PRICE_MAX)
        assert amount is not None
        split = fees_ahead(creator, amount)
        return Response(
            {
                "amount": amount,
                "currency": creator.currency,
                "platform_fee": split.platform_fee,
                "card_fee": split.card_fee,
                "host_amount": split.host_amount,
            }
        )


class SpaceOrdersView(APIView):
    """`/spaces/{id}/orders/`"""

    permission_classes = (IsAuthenticated,)

    @extend_schema(
        operation_id="order_hold",
        summary="Buy a ticket: hold a seat, and get the page to pay on",
        description=(
            "The seat is held for 15 minutes; open `checkout_url` in a browser. Asked again, in another tab or at once, it is "
            "the same order and page. `ticket.changed` on the socket says when it is paid; asking for the order does so too. "
            "409 `ticket.sold_out`, `ticket.not_on_sale`, `ticket.already_yours`, `ticket.not_needed`; 503 "
            "`payment.unavailable` (the seat stays held: ask again), `payment.off`; 502 `payment.refused`; 429 `too_many`."
        ),
        tags=["tickets"],
        request=None,
        responses={201: serializers.OrderSerializer},
    )
    def post(self, request: Request, space_id: UUID) -> Response:
        """Hold a seat."""
        now = timezone.now()
        order = order_hold(offer=_offer(request, space_id), buyer=signed_in_user(request), now=now)
        body: Any = serializers.OrderSerializer(order_card(order, now=now)).data
        return Response(body, status=status.HTTP_201_CREATED)


class WaitlistView(APIView):
    """`/spaces/{id}/waitlist/`"""

    permission_classes = (IsAuthenticated,)

    @extend_schema(
        operation_id="waitlist_join",
        summary="Wait for a seat of a Space that is sold out",
        description=(
            "Done twice it is done once, at the first place. A seat that becomes free is offered to who waits longest "
            "(`ticket.changed`, and a notification), and kept for a while: `me` is then `kept`. 409 `waitlist.seats_free`, and "
            "what buying is refused with."
        ),
        tags=["tickets"],
        request=None,
        responses=serializers.OfferSerializer,
    )
    def put(self, request: Request, space_id: UUID) -> Response:
        """Join the line."""
        waitlist_join(offer=_offer(request, space_id), user=signed_in_user(request), now=timezone.now())
        return _shown(request, space_id)

    @extend_schema(
        operation_id="waitlist_leave",
        summary="Wait no more, or let go of the seat that is kept for me",
        description="Done twice it is done once.",
        tags=["tickets"],
        responses={204: None},
    )
    def delete(self, request: Request, space_id: UUID) -> Response:
        """Leave the line."""
        waitlist_leave(offer=_offer(request, space_id), user=signed_in_user(request), now=timezone.now())
        return Response(status=status.HTTP_204_NO_CONTENT)


def asked_amount(request: Request) -> int | None:
    """The number of `?amount=`; None where there is none. Raises Invalid for what is no number of a sensible length."""
    text = request.query_params.get("amount", "")
    if not text:
        return None
    if not (text.isascii() and text.isdecimal() and len(text) <= _DIGITS_MAX):
        raise Invalid(fields={"amount": [_("Write it as a whole number of minor units (cents).")]})
    return int(text)


_DIGITS_MAX = 9
