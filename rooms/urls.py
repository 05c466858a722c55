"""Addresses of the pages."""

from django.urls import URLPattern, path

from rooms.views import calendars, pwa, reminders, schedule
from rooms.views.card_image import card_image
from rooms.views.discovery import follow_topic, space_list, unfollow_topic
from rooms.views.home import home
from rooms.views.people import people, people_import
from rooms.views.profiles import followers, following, profile
from rooms.views.search import search_page
from rooms.views.space_posts import space_posts
from rooms.views.spaces import space_detail, space_end_view, space_new

urlpatterns: list[URLPattern] = [
    path("", home, name="home"),
    path("manifest.webmanifest", pwa.manifest, name="manifest"),
    path("sw.js", pwa.service_worker, name="service-worker"),
    path("offline/", pwa.offline, name="offline"),
    path("spaces/", space_list, name="spaces"),
    path("spaces/new/", space_new, name="space-new"),
    # Any text: what is no id is a Space that does not exist, and told so in words.
    path("spaces/<str:space_id>/", space_detail, name="space"),
    path("spaces/<str:space_id>/end/", space_end_view, name="space-end"),
    path("spaces/<str:space_id>/edit/", schedule.space_edit, name="space-edit"),
    path("spaces/<str:space_id>/cancel/", schedule.space_cancel_view, name="space-cancel"),
    path("spaces/<str:space_id>/start/", schedule.space_start_view, name="space-start"),
    path("spaces/<str:space_id>/cohost/", schedule.cohost_answer, name="space-cohost"),
    path("spaces/<str:space_id>/posts/", space_posts, name="space-posts"),
    path("spaces/<str:space_id>/card.png", card_image, name="space-card-image"),
    path("spaces/<str:space_id>/remind/", reminders.remind, name="space-remind"),
    path("spaces/<str:space_id>/unremind/", reminders.unremind, name="space-unremind"),
    path("spaces/<str:space_id>/calendar.ics", calendars.space_file, name="space-calendar"),
    path("calendar/", calendars.my_calendar, name="my-calendar"),
    path("calendar/reset/", calendars.feed_reset, name="calendar-feed-reset"),
    # Without the slash of pages: calendars know it as a file.
    path("calendar/<str:secret>.ics", calendars.feed, name="calendar-feed"),
    path("people/", people, name="people"),
    path("people/import/", people_import, name="people-import"),
    path("topics/<str:slug>/follow/", follow_topic, name="topic-follow"),
    path("topics/<str:slug>/unfollow/", unfollow_topic, name="topic-unfollow"),
    path("search/", search_page, name="search"),
    path("@<str:handle>/", profile, name="profile"),
    path("@<str:handle>/followers/", followers, name="followers"),
    path("@<str:handle>/following/", following, name="following"),
]
