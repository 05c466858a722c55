"""The REST API: authentication, pages, errors and its OpenAPI description."""

REST_FRAMEWORK = {
    "DEFAULT_AUTHENTICATION_CLASSES": [
        "spaces_project.lib.api.authentication.AppTokenAuthentication",
        "integrations.authentication.ApiTokenAuthentication",
        "rest_framework.authentication.SessionAuthentication",
    ],
    "DEFAULT_PERMISSION_CLASSES": ["rest_framework.permissions.IsAuthenticatedOrReadOnly"],
    "DEFAULT_RENDERER_CLASSES": ["rest_framework.renderers.JSONRenderer"],
    "DEFAULT_THROTTLE_CLASSES": ["spaces_project.lib.api.throttling.EveryRequest"],
    "DEFAULT_PARSER_CLASSES": ["spaces_project.lib.api.parsers.JSONParser"],
    "DEFAULT_PAGINATION_CLASS": "spaces_project.lib.api.pagination.NewestFirst",
    "PAGE_SIZE": 20,
    "DEFAULT_SCHEMA_CLASS": "spaces_project.lib.api.schema.Schema",
    "EXCEPTION_HANDLER": "spaces_project.lib.api.errors.exception_handler",
}

SPECTACULAR_SETTINGS = {
    "TITLE": "Spaces API",
    "DESCRIPTION": (
        "Live audio rooms over REST. What changes while a Space is live comes over the websocket "
        "(docs/protocol.md); sound comes over LiveKit with the token that `join` returns. What holds for every operation, "
        "and what may change within a version: docs/api.md."
    ),
    "VERSION": "1.0.0",
    "OAS_VERSION": "3.1.1",
    "SERVE_INCLUDE_SCHEMA": False,
    "SCHEMA_PATH_PREFIX": "/api/v1",
    "COMPONENT_SPLIT_REQUEST": True,
    "POSTPROCESSING_HOOKS": [
        "drf_spectacular.hooks.postprocess_schema_enums",
        "spaces_project.lib.api.schema.add_shared_refusals",
        "spaces_project.lib.api.examples.add_examples",
    ],
    "ENUM_NAME_OVERRIDES": {
        "RoleEnum": "rooms.models.Role.choices",
        "InvitedRoleEnum": "rooms.models.Invitation.ROLES",
        "KindEnum": "social.models.Kind.choices",
        "AppKindEnum": "social.models.AppDevice.Kind",
        "ReportKindEnum": "moderation.models.SubjectKind.choices",
        "StateEnum": "rooms.models.Space.State",
        # Orders and tips go through the same states.
        "PaidStateEnum": "tickets.models.Order.State",
        "TicketStateEnum": "tickets.models.Ticket.State",
        "FeedbackKindEnum": "feedback.models.Kind.choices",
        "FeedbackStateEnum": "feedback.models.FeedbackState.choices",
        "RoadmapStateEnum": "feedback.models.ItemState.choices",
    },
    "SWAGGER_UI_DIST": "SIDECAR",
    "SWAGGER_UI_FAVICON_HREF": "SIDECAR",
    "SERVE_PERMISSIONS": ["rest_framework.permissions.AllowAny"],
}

__all__ = [name for name in dir() if name.isupper()]
