"""Addresses for bots under /api/v1/."""

from django.urls import path

from integrations.api import tokens

urlpatterns = [
    path("me/tokens/", tokens.TokensView.as_view(), name="api-me-tokens"),
    path("me/tokens/<int:token_id>/", tokens.TokenView.as_view(), name="api-me-token"),
]
