"""How the product is doing, over REST: for staff."""

from django.utils import timezone
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework.permissions import IsAuthenticated
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from insights.api import serializers
from insights.selectors.product import SPANS, product_overview, span_named
from moderation.api.staff import staff_user
from moderation.permissions import Right


class ProductInsightsView(APIView):
    """`/staff/insights/`"""

    permission_classes = (IsAuthenticated,)

    @extend_schema(
        operation_id="staff_insights_retrieve",
        summary="See how many people are here, and what they do (staff)",
        description=(
            "Days are those of UTC, and are written a quarter of an hour after their end. For staff with the right `insights`: "
            "403 `staff.not_allowed`, `staff.second_factor`; 400 `insights.days`."
        ),
        tags=["staff"],
        parameters=[OpenApiParameter("days", int, enum=SPANS, description="So many days; 90 if left out.")],
        responses=serializers.ProductSerializer,
    )
    def get(self, request: Request) -> Response:
        """The figures of so many days."""
        staff_user(request, Right.INSIGHTS)
        span = span_named(request.query_params.get("days", ""))
        found = product_overview(span=span, now=timezone.now())
        days = [
            {
                "day": day,
                "figures": {
                    measure.value: values[place]
                    for measure, values in found.values.items()
                    if values[place] is not None
                },
            }
            for place, day in enumerate(found.days)
        ]
        shown = {"today": found.today, "trend": found.trend, "days": days, "cohorts": found.cohorts}
        return Response(serializers.ProductSerializer(shown).data)
