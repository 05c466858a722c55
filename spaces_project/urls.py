"""All addresses of the site."""

from django.conf import settings
from django.contrib import admin
from django.urls import include, path, re_path
from django.views.generic import RedirectView
from drf_spectacular.views import SpectacularAPIView, SpectacularSwaggerSplitView

from spaces_project.lib.api.errors import unknown_address
from spaces_project.lib.pages import too_many, unknown_page

# What allauth answers with when it counts by itself.
handler429 = too_many

urlpatterns = [
    path("", include("rooms.urls")),
    path("", include("social.urls")),
    path("", include("accounts.urls")),
    path("", include("recordings.urls")),
    path("", include("moderation.urls")),
    path("", include("tickets.urls")),
    path("", include("integrations.urls")),
    path("", include("feedback.urls")),
    path("", include("insights.urls")),
    path("", include("own_data.urls")),
    path("accounts/", include("allauth.urls")),
    path("_allauth/", include("allauth.headless.urls")),
    path("api/v1/", include("accounts.api.urls")),
    path("api/v1/", include("flags.api.urls")),
    path("api/v1/", include("social.api.urls")),
    path("api/v1/", include("rooms.api.urls")),
    path("api/v1/", include("recordings.api.urls")),
    path("api/v1/", include("moderation.api.urls")),
    path("api/v1/", include("tickets.api.urls")),
    path("api/v1/", include("integrations.api.urls")),
    path("api/v1/", include("feedback.api.urls")),
    path("api/v1/", include("insights.api.urls")),
    path("api/v1/", include("own_data.api.urls")),
    path("api/schema/", SpectacularAPIView.as_view(), name="schema"),
    path("api/docs/", SpectacularSwaggerSplitView.as_view(url_name="schema"), name="api-docs"),
    re_path(r"^api/(?P<path>.*)$", unknown_address),
    path("webhooks/", include("rooms.audio.urls")),
    path("webhooks/", include("tickets.webhook_urls")),
    path("admin/", admin.site.urls),
    # What browsers ask for on pages that are not ours: the admin, a picture.
    path("favicon.ico", RedirectView.as_view(url=f"{settings.STATIC_URL}app/favicon.svg")),
]

if settings.DEBUG:
    # Django would answer with its own page of technicalities; people who run the site at home want words.
    urlpatterns.append(re_path(r"^[^.]*/$", unknown_page))
