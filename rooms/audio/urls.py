"""Where LiveKit sends its webhooks."""

from django.urls import path

from rooms.audio.webhook import livekit_webhook

urlpatterns = [path("livekit/", livekit_webhook, name="livekit-webhook")]
