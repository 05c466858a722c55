"""`/api/v1/…` of posts, inbox and notifications."""

from django.urls import URLPattern

urlpatterns: list[URLPattern] = []
