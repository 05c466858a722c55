"""Addresses of the pages of posts, inbox and notifications."""

from django.urls import URLPattern, path

from social.views import inbox

urlpatterns: list[URLPattern] = [
    path("inbox/", inbox.inbox, name="inbox"),
]
