"""Pages for bots."""

from django.urls import URLPattern, path

from integrations.views import tokens

urlpatterns: list[URLPattern] = [
    path("settings/tokens/", tokens.tokens, name="settings-tokens"),
    path("settings/tokens/new/", tokens.token_new, name="settings-token-new"),
    path(
        "settings/tokens/<int:token_id>/take-back/", tokens.token_take_back, name="settings-token-take-back"
    ),
]
