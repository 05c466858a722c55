"""Tips: who takes them, what one costs, giving one."""

from typing import Any
from uuid import UUID

from django.conf import settings
from django.utils import timezone
from drf_spectacular.utils import OpenApiExample, OpenApiParameter, extend_schema
from rest_framework import status
from rest_framework.permissions import IsAuthenticated
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from accounts.api.signed_in import signed_in_user
from accounts.selectors import user_for_viewer
from rooms import selectors
from spaces_project.lib.api.input import checked
from spaces_project.lib.api.pagination import NewestFirst
from spaces_project.lib.api.schema import PAGE_PARAMETERS, page_of
from tickets.amounts import checked_amount
from tickets.api import serializers
from tickets.api.cards import tip_row
from tickets.api.offers import asked_amount
from tickets.models import Tip
from tickets.selectors.mine import tips_given
from tickets.selectors.tips import taker, takers_in, thanks_in, tip_of, tip_price, tip_prices
from tickets.services.orders import tip_sync
from tickets.services.tips import tip_start


class SpaceTipsView(APIView):
    """`/spaces/{id}/tips/`"""

    permission_classes = (IsAuthenticated,)

    @extend_schema(
        operation_id="space_tips",
        summary="List who takes tips on a Space's stage, and its last thanks",
        description="New ones come as `tip.received` on the socket. Only to who may be in the Space.",
        tags=["tips"],
        responses=serializers.SpaceTipsSerializer,
    )
    def get(self, request: Request, space_id: UUID) -> Response:
        """Who, and what was thanked for."""
        space = selectors.room_for_viewer(user=request.user, space_id=space_id)
        body = {"takers": takers_in(space), "thanks": thanks_in(space, now=timezone.now())}
        return Response(serializers.SpaceTipsSerializer(body).data)


class UserTipsView(APIView):
    """`/users/{handle}/tips/`"""

    permission_classes = (IsAuthenticated,)

    @extend_schema(
        operation_id="user_tip_prices",
        summary="Get how much one can tip somebody, and what it costs",
        description="409 `tip.off` for who does not take tips; 400 for an amount out of bounds.",
        tags=["tips"],
        parameters=[OpenApiParameter("amount", int, description="Also what this costs, in minor units.")],
        responses=serializers.TipPricesSerializer,
    )
    def get(self, request: Request, handle: str) -> Response:
        """Amounts to choose from, and one that was asked for."""
        creator = taker(user_for_viewer(handle, request.user))
        amount = asked_amount(request)
        asked: dict[str, Any] | None = None
        if amount is not None:
            checked_amount(amount, least=settings.TIP_MIN, most=settings.TIP_MAX)
            asked = tip_price(amount, creator.currency)
        body = tip_prices(creator) | {
            "asked": asked,
            "message_max": settings.TIP_MESSAGE_MAX_LENGTH,
            "is_stand_in": settings.STRIPE_IS_STAND_IN,
        }
        return Response(serializers.TipPricesSerializer(body).data)

    @extend_schema(
        operation_id="user_tip",
        summary="Tip somebody",
        description=(
            "Open `checkout_url` in a browser. All of `amount` is theirs; I pay the fee of the card on top. In a Space: to its "
            "host or somebody who has spoken there, and the room is told from whom (not if `unnamed`). 409 `tip.off`; 400 "
            "`tip.self`, and on `amount`, `message`; 503 `payment.unavailable`, `payment.off`; 429 `too_many`."
        ),
        tags=["tips"],
        request=serializers.TipStartSerializer,
        responses={201: serializers.TipSerializer},
        examples=[OpenApiExample("$5.00", value={"amount": 500, "unnamed": False}, request_only=True)],
    )
    def post(self, request: Request, handle: str) -> Response:
        """Begin to give it."""
        user = signed_in_user(request)
        asked = checked(serializers.TipStartSerializer, request)
        space_id = asked.pop("space_id")
        space = selectors.space_for_viewer(user=user, space_id=space_id) if space_id else None
        creator = taker(user_for_viewer(handle, user))
        tip = tip_start(sender=user, to=creator, space=space, now=timezone.now(), **asked)
        return Response(serializers.TipSerializer(tip_row(tip)).data, status=status.HTTP_201_CREATED)


class TipsView(APIView):
    """`/tips/`"""

    permission_classes = (IsAuthenticated,)

    @extend_schema(
        operation_id="tips_list",
        summary="List the tips I have given, newest first",
        tags=["tips"],
        parameters=PAGE_PARAMETERS,
        responses=page_of(serializers.TipSerializer),
    )
    def get(self, request: Request) -> Response:
        """A page of tips."""
        pages = NewestFirst()
        page: list[Tip] = pages.paginate_queryset(tips_given(signed_in_user(request)), request, self) or []
        rows = [tip_row(tip) for tip in page]
        return pages.get_paginated_response(serializers.TipSerializer(rows, many=True).data)


class TipView(APIView):
    """`/tips/{id}/`"""

    permission_classes = (IsAuthenticated,)

    @extend_schema(
        operation_id="tip_get",
        summary="Get one of my tips",
        description="While it is not paid Stripe is asked whether it is. 404 `order.not_found`; 503 `payment.unavailable`.",
        tags=["tips"],
        responses=serializers.TipSerializer,
    )
    def get(self, request: Request, tip_id: UUID) -> Response:
        """One tip, as it is now."""
        tip = tip_of(signed_in_user(request), tip_id)
        if tip.state == Tip.State.HELD and tip.checkout_session_id:
            tip = tip_sync(tip=tip, now=timezone.now())
        return Response(serializers.TipSerializer(tip_row(tip)).data)
