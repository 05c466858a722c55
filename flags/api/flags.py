"""Features over REST."""

from typing import Any

from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.permissions import AllowAny
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from flags.selectors import flags_of


class FlagsSerializer(serializers.Serializer[Any]):
    """What is on for whoever asks."""

    features = serializers.ListField(
        child=serializers.CharField(), help_text="Names of the features that are on for you."
    )


class FlagsView(APIView):
    """`/flags/`"""

    permission_classes = (AllowAny,)

    @extend_schema(
        operation_id="flags_list",
        summary="See which features are on for me",
        description=(
            "Some features are on for some people only while they are new. What is not named is off: do not offer it. "
            "Names you do not know are to be passed over. Works without signing in, too."
        ),
        tags=["me"],
        responses=FlagsSerializer,
    )
    def get(self, request: Request) -> Response:
        """By what staff say about the person, then by share."""
        return Response({"features": flags_of(request.user)})
