"""Addresses for bots under /api/v1/."""

from django.urls import path

from integrations.api import tokens, webhooks

urlpatterns = [
    path("me/tokens/", tokens.TokensView.as_view(), name="api-me-tokens"),
    path("me/tokens/<int:token_id>/", tokens.TokenView.as_view(), name="api-me-token"),
    path("me/webhooks/", webhooks.WebhooksView.as_view(), name="api-me-webhooks"),
    path("me/webhooks/<int:webhook_id>/", webhooks.WebhookView.as_view(), name="api-me-webhook"),
    path(
        "me/webhooks/<int:webhook_id>/ping/", webhooks.WebhookPingView.as_view(), name="api-me-webhook-ping"
    ),
    path(
        "me/webhooks/<int:webhook_id>/deliveries/",
        webhooks.WebhookDeliveriesView.as_view(),
        name="api-me-webhook-deliveries",
    ),
    path(
        "me/webhook-deliveries/<int:delivery_id>/again/",
        webhooks.WebhookDeliveryAgainView.as_view(),
        name="api-me-webhook-delivery-again",
    ),
]
