"""What was decided about oneself, and appeals against it, over REST."""

from typing import Any

from django.utils import timezone
from django.utils.translation import gettext as _
from drf_spectacular.utils import extend_schema
from rest_framework import serializers, status
from rest_framework.permissions import AllowAny
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from accounts.api.signed_in import signed_in_user
from moderation.appeal_links import appeal_token_read
from moderation.decision_words import decided
from moderation.errors import DecisionNotFound
from moderation.models import Act, Appeal, Decision
from moderation.selectors.appeals import appeal_of, appeal_refusal, decision_linked, decision_of
from moderation.selectors.reports import decisions_about
from moderation.services.appeals import appeal_create
from spaces_project.lib.api.input import checked
from spaces_project.lib.api.pagination import NewestFirst
from spaces_project.lib.api.schema import PAGE_PARAMETERS, page_of
from spaces_project.lib.errors import Invalid


class AppealSerializer(serializers.Serializer[Any]):
    """What I wrote, and what came of it."""

    words = serializers.CharField()
    state = serializers.ChoiceField(Appeal.State.choices)
    answer = serializers.CharField(help_text='What the moderators answered; "" while it waits.')
    created_at = serializers.DateTimeField()
    decided_at = serializers.DateTimeField(allow_null=True)


class DecisionSerializer(serializers.Serializer[Any]):
    """Something that staff decided about me."""

    id = serializers.CharField()
    act = serializers.ChoiceField(Act.choices)
    what = serializers.CharField(help_text="In words.")
    reason = serializers.CharField()
    space = serializers.UUIDField(allow_null=True, help_text="The Space it happened in, if it was one.")
    created_at = serializers.DateTimeField()
    until = serializers.DateTimeField(allow_null=True, help_text="Null for good, and for what has no end.")
    overturned_at = serializers.DateTimeField(
        allow_null=True, help_text="When it was taken back after an appeal."
    )
    may_appeal = serializers.BooleanField(help_text="Whether you can still appeal against it.")
    appeal = AppealSerializer(allow_null=True)


class AppealCreateSerializer(serializers.Serializer[Any]):
    """Against what, and why: the service checks it; here only its kind."""

    decision = serializers.CharField(
        required=False, max_length=20, help_text="The id of a decision about you; sign in for that."
    )
    token = serializers.CharField(
        required=False,
        max_length=300,
        help_text="From the link of an e-mail, or of a refused sign-in: in the place of both.",
    )
    words = serializers.CharField(max_length=10_000, trim_whitespace=False, allow_blank=True, default="")


class AppealsView(APIView):
    """`/appeals/`"""

    permission_classes = (AllowAny,)

    @extend_schema(
        operation_id="appeals_list",
        summary="List what staff decided about me, newest first, with my appeals",
        tags=["safety"],
        parameters=PAGE_PARAMETERS,
        responses=page_of(DecisionSerializer),
    )
    def get(self, request: Request) -> Response:
        """A page of decisions."""
        pages = NewestFirst()
        mine = decisions_about(signed_in_user(request))
        found: list[Decision] = pages.paginate_queryset(mine, request, self) or []
        return pages.get_paginated_response([_row(decision) for decision in found])

    @extend_schema(
        operation_id="appeals_create",
        summary="Ask once that somebody else look at a decision again",
        description=(
            "Signed in with the `decision`, or without with the `token` of the link that came with it: whoever is suspended "
            "cannot sign in. 1 to 2,000 characters, within 60 days. 404 `decision.not_found`, `appeal.link_invalid`; 409 "
            "`appeal.twice`, `appeal.too_late`, `appeal.not_possible`."
        ),
        tags=["safety"],
        request=AppealCreateSerializer,
        responses={201: DecisionSerializer},
    )
    def post(self, request: Request) -> Response:
        """Appeal."""
        asked = checked(AppealCreateSerializer, request)
        decision = _decision(request, asked.get("token", ""), asked.get("decision", ""))
        if decision.person is None:
            raise DecisionNotFound()
        made = appeal_create(
            decision=decision, person=decision.person, words=asked["words"], now=timezone.now()
        )
        return Response(_row(made.decision), status=status.HTTP_201_CREATED)


def _decision(request: Request, token: str, decision_id: str) -> Decision:
    if token:
        return decision_linked(appeal_token_read(token))
    user = signed_in_user(request)
    if not decision_id:
        raise Invalid(fields={"decision": [_("Say which decision, or send the token of its link.")]})
    # Python reads digits of all scripts.
    number = int(decision_id) if decision_id.isascii() and decision_id.isdecimal() else 0
    return decision_of(user, number)


def _row(decision: Decision) -> Any:
    appeal = appeal_of(decision)
    return DecisionSerializer(
        {
            "id": str(decision.pk),
            "act": decision.act,
            "what": decided(decision),
            "reason": decision.reason,
            "space": decision.space_id,
            "created_at": decision.created_at,
            "until": decision.until,
            "overturned_at": decision.overturned_at,
            "may_appeal": appeal_refusal(decision, now=timezone.now()) is None,
            "appeal": appeal,
        }
    ).data
