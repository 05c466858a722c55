"""My orders and tickets."""

from datetime import datetime
from uuid import UUID

from django.utils import timezone
from drf_spectacular.utils import OpenApiExample, extend_schema
from rest_framework import status
from rest_framework.permissions import IsAuthenticated
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from accounts.api.signed_in import signed_in_user
from spaces_project.lib.api.input import checked
from spaces_project.lib.api.pagination import NewestFirst
from spaces_project.lib.api.schema import PAGE_PARAMETERS, page_of
from tickets.api import serializers
from tickets.api.cards import order_card, ticket_row
from tickets.models import Order, Ticket
from tickets.selectors.mine import orders_of
from tickets.selectors.tickets import my_ticket, order_of, tickets_held
from tickets.services.orders import order_release, order_sync
from tickets.services.transfers import ticket_transfer


class OrdersView(APIView):
    """`/orders/`"""

    permission_classes = (IsAuthenticated,)

    @extend_schema(
        operation_id="orders_list",
        summary="List my orders, newest first",
        description="Those held, paid and refunded; not those that ran out.",
        tags=["tickets"],
        parameters=PAGE_PARAMETERS,
        responses=page_of(serializers.OrderSerializer),
    )
    def get(self, request: Request) -> Response:
        """A page of orders."""
        pages, now = NewestFirst(), timezone.now()
        page: list[Order] = pages.paginate_queryset(orders_of(signed_in_user(request)), request, self) or []
        rows = [order_card(order, now=now) for order in page]
        return pages.get_paginated_response(serializers.OrderSerializer(rows, many=True).data)


class OrderView(APIView):
    """`/orders/{id}/`"""

    permission_classes = (IsAuthenticated,)

    @extend_schema(
        operation_id="order_get",
        summary="Get one of my orders",
        description=(
            "While it is held, Stripe is asked whether it has been paid: what to do when the buyer comes back from paying. "
            "404 `order.not_found`; 503 `payment.unavailable` (ask again)."
        ),
        tags=["tickets"],
        responses=serializers.OrderSerializer,
    )
    def get(self, request: Request, order_id: UUID) -> Response:
        """One order, as it is now."""
        now = timezone.now()
        order = order_of(signed_in_user(request), order_id)
        if order.state == Order.State.HELD and order.checkout_session_id:
            order = order_sync(order=order, now=now)
        return _order(order, now)

    @extend_schema(
        operation_id="order_release",
        summary="Give a held seat back",
        description="Free at once. What is paid stays paid: see `state`. Done twice it is done once. 404 `order.not_found`.",
        tags=["tickets"],
        responses=serializers.OrderSerializer,
    )
    def delete(self, request: Request, order_id: UUID) -> Response:
        """Let it go."""
        now = timezone.now()
        order = order_of(signed_in_user(request), order_id)
        order_release(order=order, now=now)
        return _order(order_of(signed_in_user(request), order_id), now)


def _order(order: Order, now: datetime) -> Response:
    return Response(serializers.OrderSerializer(order_card(order, now=now)).data)


class TicketsView(APIView):
    """`/tickets/`"""

    permission_classes = (IsAuthenticated,)

    @extend_schema(
        operation_id="tickets_list",
        summary="List the tickets I hold, newest first",
        description="Bought, or given to me; also those that became void by a refund.",
        tags=["tickets"],
        parameters=PAGE_PARAMETERS,
        responses=page_of(serializers.TicketSerializer),
    )
    def get(self, request: Request) -> Response:
        """A page of tickets."""
        user = signed_in_user(request)
        pages = NewestFirst()
        page: list[Ticket] = pages.paginate_queryset(tickets_held(user), request, self) or []
        rows = [ticket_row(ticket, user=user) for ticket in page]
        return pages.get_paginated_response(serializers.TicketSerializer(rows, many=True).data)


class TicketTransferView(APIView):
    """`/tickets/{id}/transfer/`"""

    permission_classes = (IsAuthenticated,)

    @extend_schema(
        operation_id="ticket_transfer",
        summary="Pass a ticket on to somebody else",
        description=(
            "Until the Space starts (409 `ticket.transfer_too_late`); there is no way back. 409 `ticket.cannot_transfer` for "
            "who has one, or needs none; 404 `ticket.not_found`, or nobody has that handle; 400 on `to`; 429 `too_many`. A "
            "refund goes to whoever paid."
        ),
        tags=["tickets"],
        request=serializers.TransferSerializer,
        responses={204: None},
        examples=[OpenApiExample("To Maya", value={"handle": "maya"}, request_only=True)],
    )
    def post(self, request: Request, ticket_id: int) -> Response:
        """Give it away."""
        user = signed_in_user(request)
        asked = checked(serializers.TransferSerializer, request)
        ticket_transfer(ticket=my_ticket(user, ticket_id), by=user, to=asked["handle"], now=timezone.now())
        return Response(status=status.HTTP_204_NO_CONTENT)
