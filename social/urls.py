"""Addresses of the pages of posts, inbox and notifications."""

from django.urls import URLPattern, path

from social.views import inbox, push, unsubscribe

urlpatterns: list[URLPattern] = [
    path("sw.js", push.service_worker, name="service-worker"),
    path(
        "settings/notifications/devices/<int:subscription_id>/remove/",
        push.device_remove,
        name="push-device-remove",
    ),
    path("unsubscribe/<str:token>/", unsubscribe.unsubscribe, name="unsubscribe"),
    path("inbox/", inbox.inbox, name="inbox"),
]
