"""Addresses of the pages."""

from django.urls import URLPattern, path

from rooms.views.home import home
from rooms.views.profiles import followers, following, profile
from rooms.views.search import search
from rooms.views.spaces import space_detail, space_end_view, space_list, space_new

urlpatterns: list[URLPattern] = [
    path("", home, name="home"),
    path("spaces/", space_list, name="spaces"),
    path("spaces/new/", space_new, name="space-new"),
    # Any text: what is no id is a Space that does not exist, and told so in words.
    path("spaces/<str:space_id>/", space_detail, name="space"),
    path("spaces/<str:space_id>/end/", space_end_view, name="space-end"),
    path("search/", search, name="search"),
    path("@<str:handle>/", profile, name="profile"),
    path("@<str:handle>/followers/", followers, name="followers"),
    path("@<str:handle>/following/", following, name="following"),
]
