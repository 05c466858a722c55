"""Earnings over REST: what the pages show, for the creator alone."""

from typing import Any
from uuid import UUID

from django.db.models import QuerySet
from django.utils import timezone
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import status
from rest_framework.permissions import IsAuthenticated
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from accounts.api.signed_in import signed_in_user
from accounts.selectors import person_card
from spaces_project.lib.api.input import checked
from spaces_project.lib.api.pagination import NewestFirst
from spaces_project.lib.api.schema import PAGE_PARAMETERS, page_of
from tickets.api import creator_serializers as serializers
from tickets.models import Creator, Refund, Tip
from tickets.periods import Period, month_of, zone_of
from tickets.selectors import earnings as figures
from tickets.selectors import sales as selling
from tickets.selectors.creators import creator_for
from tickets.selectors.statement_lines import line_rows, lines_of
from tickets.services.refunds import order_refund

MONTH = OpenApiParameter("month", description="Only what moved in this month of your time zone (2026-11).")


class CreatorsOwn(APIView):
    """What a creator alone reads."""

    permission_classes = (IsAuthenticated,)

    def asked(self, request: Request) -> tuple[Creator, Period]:
        """Who asks, and for which month. Raises NothingEarned, Invalid."""
        user = signed_in_user(request)
        return creator_for(user), month_of(request.query_params.get("month", ""), zone=zone_of(user))

    def paged(self, request: Request, found: QuerySet[Any], rows: Any) -> Response:
        """A page of `found`, which `rows` turns into what the API shows."""
        pages = NewestFirst()
        page = pages.paginate_queryset(found, request, self) or []
        return pages.get_paginated_response(rows(page))


class EarningsView(CreatorsOwn):
    """`/earnings/`"""

    @extend_schema(
        operation_id="earnings_retrieve",
        summary="See my earnings",
        description=(
            "One statement a currency, from the ledger: it adds up to the cent. 404 `earnings.none` for who is no creator."
        ),
        tags=["creators"],
        parameters=[MONTH],
        responses=serializers.EarningsSerializer,
    )
    def get(self, request: Request) -> Response:
        """The statements."""
        creator, period = self.asked(request)
        found = {
            "month": period.name,
            "statements": figures.statements(creator, period),
            "progress": figures.tier_progress(creator),
        }
        return Response(serializers.EarningsSerializer(found).data)


class EarningsSpacesView(CreatorsOwn):
    """`/earnings/spaces/`"""

    @extend_schema(
        operation_id="earnings_spaces_list",
        summary="See what each Space of mine brought, newest first",
        description="404 `earnings.none` for who is no creator.",
        tags=["creators"],
        parameters=[MONTH, *PAGE_PARAMETERS],
        responses=page_of(serializers.SpaceEarningsSerializer),
    )
    def get(self, request: Request) -> Response:
        """A page of Spaces."""
        creator, period = self.asked(request)

        def rows(offers: Any) -> list[Any]:
            by_offer = figures.figures_by_offer(creator, offers, period)
            return [
                serializers.SpaceEarningsSerializer(
                    {
                        "space": one.space_id,
                        "title": one.space.title,
                        "amount": one.amount,
                        "currency": one.currency,
                        "seats": one.seats,
                        "seats_taken": one.seats_taken,
                        "figures": by_offer[one.pk],
                    }
                ).data
                for one in offers
            ]

        return self.paged(request, figures.offers_of(creator, period), rows)


class SalesView(CreatorsOwn):
    """`/earnings/sales/`"""

    @extend_schema(
        operation_id="sales_list",
        summary="List the tickets I have sold, newest first",
        description="404 `earnings.none` for who is no creator, `sale.not_found` for a Space that is not theirs.",
        tags=["creators"],
        parameters=[
            MONTH,
            OpenApiParameter("space", UUID, description="Only those to this Space."),
            *PAGE_PARAMETERS,
        ],
        responses=page_of(serializers.SaleSerializer),
    )
    def get(self, request: Request) -> Response:
        """A page of sales."""
        creator, period = self.asked(request)
        wanted = request.query_params.get("space", "")
        offer = selling.offer_sold_by(signed_in_user(request), wanted) if wanted else None
        found = selling.sales_of(creator, period, offer=offer)
        return self.paged(
            request, found, lambda page: [_sale(one) for one in selling.sale_rows(creator, page)]
        )


class SaleView(CreatorsOwn):
    """`/earnings/sales/{id}/`"""

    @extend_schema(
        operation_id="sales_retrieve",
        summary="See one ticket that I have sold",
        description="404 `sale.not_found`.",
        tags=["creators"],
        responses=serializers.SaleSerializer,
    )
    def get(self, request: Request, order_id: UUID) -> Response:
        """The sale."""
        return Response(_sale(selling.sale_for(signed_in_user(request), order_id)))


class SaleRefundsView(CreatorsOwn):
    """`/earnings/sales/{id}/refunds/`"""

    @extend_schema(
        operation_id="sale_refunds_list",
        summary="List what went back of a ticket that I have sold",
        description="404 `sale.not_found`.",
        tags=["creators"],
        responses=serializers.SaleRefundSerializer(many=True),
    )
    def get(self, request: Request, order_id: UUID) -> Response:
        """All of them, newest first."""
        sale = selling.sale_for(signed_in_user(request), order_id)
        found = [_refund(one, sale.order.currency) for one in selling.refunds_of(sale.order)]
        return Response(found)

    @extend_schema(
        operation_id="sale_refunds_create",
        summary="Pay a ticket back that I have sold",
        description=(
            "In full, or in part. In full the ticket is void at once, and whoever holds it is put out. 400 `refund.amount`; "
            "404 `sale.not_found`; 409 `refund.nothing` when nothing is left."
        ),
        tags=["creators"],
        request=serializers.SaleRefundCreateSerializer,
        responses={201: serializers.SaleRefundSerializer},
    )
    def post(self, request: Request, order_id: UUID) -> Response:
        """Pay it back."""
        user = signed_in_user(request)
        sale = selling.sale_for(user, order_id)
        asked = checked(serializers.SaleRefundCreateSerializer, request)
        refund = order_refund(order=sale.order, by=user, amount=asked["amount"], now=timezone.now())
        return Response(_refund(refund, sale.order.currency), status=status.HTTP_201_CREATED)


class EarningsTipsView(CreatorsOwn):
    """`/earnings/tips/`"""

    @extend_schema(
        operation_id="tips_received_list",
        summary="List the tips I was given, newest first",
        description="404 `earnings.none` for who is no creator.",
        tags=["creators"],
        parameters=[MONTH, *PAGE_PARAMETERS],
        responses=page_of(serializers.TipReceivedSerializer),
    )
    def get(self, request: Request) -> Response:
        """A page of tips."""
        creator, period = self.asked(request)
        return self.paged(request, selling.tips_of(creator, period), lambda page: [_tip(one) for one in page])


class PayoutsView(CreatorsOwn):
    """`/earnings/payouts/`"""

    @extend_schema(
        operation_id="payouts_list",
        summary="List the payouts to my bank, newest first",
        description="404 `earnings.none` for who is no creator.",
        tags=["creators"],
        parameters=[MONTH, *PAGE_PARAMETERS],
        responses=page_of(serializers.PayoutSerializer),
    )
    def get(self, request: Request) -> Response:
        """A page of payouts."""
        creator, period = self.asked(request)

        def rows(page: Any) -> Any:
            return serializers.PayoutSerializer(page, many=True).data

        return self.paged(request, selling.payouts_of(creator, period), rows)


class LinesView(CreatorsOwn):
    """`/earnings/lines/`"""

    @extend_schema(
        operation_id="earnings_lines_list",
        summary="List every line of my account, newest first",
        description=(
            "What the export of the page has: each changes my balance by its `net`. 404 `earnings.none` for who is no creator."
        ),
        tags=["creators"],
        parameters=[MONTH, *PAGE_PARAMETERS],
        responses=page_of(serializers.EarningsLineSerializer),
    )
    def get(self, request: Request) -> Response:
        """A page of lines."""
        creator, period = self.asked(request)

        def rows(page: Any) -> Any:
            return serializers.EarningsLineSerializer(line_rows(creator, page), many=True).data

        return self.paged(request, lines_of(creator, period), rows)


def _sale(sale: selling.Sale) -> Any:
    order = sale.order
    return serializers.SaleSerializer(
        {
            "id": order.pk,
            "space": order.offer.space_id,
            "title": order.offer.space.title,
            "buyer": person_card(order.buyer),
            "paid_at": order.paid_at,
            "state": sale.state,
            "amount": order.amount,
            "currency": order.currency,
            "tiers": sale.tiers,
            "figures": sale.figures,
            "refundable": sale.refundable,
        }
    ).data


def _refund(refund: Refund, currency: str) -> Any:
    return serializers.SaleRefundSerializer(
        {
            "id": refund.pk,
            "amount": refund.amount,
            "currency": currency,
            "state": refund.state,
            "reason": refund.reason,
            "requested_at": refund.requested_at,
        }
    ).data


def _tip(tip: Tip) -> Any:
    return serializers.TipReceivedSerializer(
        {
            "id": tip.pk,
            "sender": None if tip.unnamed else person_card(tip.sender),
            "space": tip.space_id,
            "state": tip.state,
            "amount": tip.amount,
            "currency": tip.currency,
            "message": tip.message,
            "paid_at": tip.paid_at,
        }
    ).data
