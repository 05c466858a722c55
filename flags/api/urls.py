"""Addresses of flags under /api/v1/."""

from django.urls import path

from flags.api import flags

urlpatterns = [path("flags/", flags.FlagsView.as_view(), name="api-flags")]
