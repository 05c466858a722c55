"""Pages for bots."""

from django.urls import URLPattern, path

from integrations.views import tokens, webhooks

urlpatterns: list[URLPattern] = [
    path("settings/tokens/", tokens.tokens, name="settings-tokens"),
    path("settings/tokens/new/", tokens.token_new, name="settings-token-new"),
    path(
        "settings/tokens/<int:token_id>/take-back/", tokens.token_take_back, name="settings-token-take-back"
    ),
    path("settings/webhooks/", webhooks.webhooks, name="settings-webhooks"),
    path("settings/webhooks/new/", webhooks.webhook_new, name="settings-webhook-new"),
    path("settings/webhooks/<int:webhook_id>/", webhooks.webhook, name="settings-webhook"),
    path(
        "settings/webhooks/<int:webhook_id>/switch/", webhooks.webhook_switch, name="settings-webhook-switch"
    ),
    path("settings/webhooks/<int:webhook_id>/ping/", webhooks.webhook_ping, name="settings-webhook-ping"),
    path(
        "settings/webhooks/<int:webhook_id>/delete/", webhooks.webhook_delete, name="settings-webhook-delete"
    ),
    path(
        "settings/webhook-deliveries/<int:delivery_id>/again/",
        webhooks.webhook_send_again,
        name="settings-webhook-again",
    ),
]
