"""Pages of feedback."""

from django.urls import URLPattern, path

from feedback.views import roadmap, sending

urlpatterns: list[URLPattern] = [
    path("feedback/", sending.send, name="feedback"),
    path("feedback/mine/", sending.mine, name="feedback-mine"),
    path("roadmap/", roadmap.roadmap, name="roadmap"),
    path("roadmap/<int:item_id>/vote/", roadmap.item_vote, name="roadmap-vote"),
]
