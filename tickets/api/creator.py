"""Becoming a creator over REST."""

from typing import Any

from django.conf import settings
from django.utils import timezone
from drf_spectacular.utils import extend_schema
from rest_framework import status
from rest_framework.permissions import IsAuthenticated
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from accounts.api.signed_in import signed_in_user
from accounts.models import User
from spaces_project.lib.api.input import checked
from tickets.account_words import account_words
from tickets.api import creator_serializers as serializers
from tickets.models import Creator
from tickets.selectors.applications import creator_standing, may_apply_again_at
from tickets.selectors.creators import creator_for, has_fixed_currency
from tickets.services import creators, onboarding


class CreatorView(APIView):
    """`/creator/`"""

    permission_classes = (IsAuthenticated,)

    @extend_schema(
        operation_id="creator_retrieve",
        summary="See how far I am as a creator",
        description="The checklist, my application, my account at Stripe, tips and currency.",
        tags=["creators"],
        responses=serializers.CreatorSerializer,
    )
    def get(self, request: Request) -> Response:
        """Where I stand."""
        return Response(_creator_card(signed_in_user(request)))

    @extend_schema(
        operation_id="creator_update",
        summary="Take tips, or choose my currency",
        description=(
            "What is left out stays. 403 `ticket.not_open`; 409 `ticket.account_not_ready` (tips, without an account that can "
            "be paid), `creator.currency_fixed` once something is sold or given."
        ),
        tags=["creators"],
        request=serializers.CreatorChangeSerializer,
        responses=serializers.CreatorSerializer,
    )
    def patch(self, request: Request) -> Response:
        """Change what is named."""
        user, asked = signed_in_user(request), checked(serializers.CreatorChangeSerializer, request)
        if "currency" in asked:
            creators.currency_set(user=user, currency=asked["currency"])
        if "tips_enabled" in asked:
            creators.tips_switch(user=user, is_on=asked["tips_enabled"])
        return Response(_creator_card(user))


class CreatorApplicationView(APIView):
    """`/creator/application/`"""

    permission_classes = (IsAuthenticated,)

    @extend_schema(
        operation_id="creator_apply",
        summary="Ask to sell tickets",
        description=(
            "Asked twice it is the same application; staff decide, and I am told. 400 `invalid` without `is_adult`; "
            "403 `ticket.not_open`, `ticket.selling_withdrawn`, `creator.not_eligible`; 409 `creator.already_granted`, "
            "`creator.too_soon`; 429 `too_many`."
        ),
        tags=["creators"],
        request=serializers.ApplySerializer,
        responses={201: serializers.ApplicationSerializer},
    )
    def post(self, request: Request) -> Response:
        """Apply."""
        asked = checked(serializers.ApplySerializer, request)
        application = creators.creator_apply(
            user=signed_in_user(request), is_adult=asked["is_adult"], now=timezone.now()
        )
        return Response(serializers.ApplicationSerializer(application).data, status=status.HTTP_201_CREATED)

    @extend_schema(
        operation_id="creator_apply_withdraw",
        summary="Take my application back",
        description="409 `creator.no_application` when none waits.",
        tags=["creators"],
        responses={204: None},
    )
    def delete(self, request: Request) -> Response:
        """Take it back."""
        creators.application_withdraw(user=signed_in_user(request), now=timezone.now())
        return Response(status=status.HTTP_204_NO_CONTENT)


class CreatorOnboardingView(APIView):
    """`/creator/onboarding/`"""

    permission_classes = (IsAuthenticated,)

    @extend_schema(
        operation_id="creator_onboard",
        summary="Get a page at Stripe to set up my payouts",
        description=(
            "For the first time, and whenever Stripe wants to know more. Open it in a browser; afterwards read `/creator/`. "
            "403 `ticket.not_open`; 429 `too_many`; 502 `payment.refused`; 503 `payment.off`, `payment.unavailable`."
        ),
        tags=["creators"],
        request=None,
        responses={201: serializers.StripePageSerializer},
    )
    def post(self, request: Request) -> Response:
        """Make a link."""
        link = creators.payouts_connect(user=signed_in_user(request), now=timezone.now())
        return Response(serializers.StripePageSerializer(link).data, status=status.HTTP_201_CREATED)


class CreatorOnboardedView(APIView):
    """`/creator/onboarding/done/`"""

    permission_classes = (IsAuthenticated,)

    @extend_schema(
        operation_id="creator_onboarded",
        summary="Have my account at Stripe read again",
        description=(
            "After coming back from Stripe's page. Stripe also tells by itself, mostly within seconds. 404 `earnings.none`; "
            " 502 `payment.refused`; 503 `payment.off`, `payment.unavailable`."
        ),
        tags=["creators"],
        request=None,
        responses=serializers.CreatorSerializer,
    )
    def post(self, request: Request) -> Response:
        """Ask Stripe."""
        user = signed_in_user(request)
        onboarding.onboarding_return(creator=creator_for(user), now=timezone.now())
        return Response(_creator_card(user))


class CreatorAccountPageView(APIView):
    """`/creator/account-page/`"""

    permission_classes = (IsAuthenticated,)

    @extend_schema(
        operation_id="creator_account_page",
        summary="Get my own pages at Stripe",
        description=(
            "Bank account, payouts, papers for taxes. 404 `earnings.none`; 409 `ticket.account_not_ready` before the account "
            "is set up; 502 `payment.refused`; 503 `payment.off`, `payment.unavailable`."
        ),
        tags=["creators"],
        request=None,
        responses={201: serializers.StripePageSerializer},
    )
    def post(self, request: Request) -> Response:
        """Make a link."""
        link = onboarding.login_page(creator=creator_for(signed_in_user(request)))
        return Response(serializers.StripePageSerializer(link).data, status=status.HTTP_201_CREATED)


def _creator_card(user: User) -> Any:
    standing = creator_standing(user, now=timezone.now())
    creator = standing.creator or Creator(user=user)
    account = account_words(standing.creator)
    is_fixed = standing.creator is not None and has_fixed_currency(standing.creator)
    return serializers.CreatorSerializer(
        {
            "is_open": standing.is_open,
            "may_sell": standing.is_selling_granted,
            "may_apply": standing.refusal is None,
            "refusal": standing.refusal.code if standing.refusal else None,
            "apply_again_at": may_apply_again_at(standing.application),
            "checklist": standing.checklist,
            "application": standing.application,
            "account": {
                "state": account.state,
                "can_be_paid": creator.can_be_paid,
                "wanted": account.wanted,
                "why": account.why,
                "deadline": account.deadline,
            },
            "tips_enabled": creator.tips_enabled,
            "currency": creator.currency,
            "currencies": [creator.currency] if is_fixed else settings.TICKET_CURRENCIES,
            "is_stand_in": settings.STRIPE_IS_STAND_IN,
        }
    ).data
