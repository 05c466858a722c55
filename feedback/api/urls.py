"""Addresses of feedback and the list under /api/v1/."""

from django.urls import path

from feedback.api import own, staff

urlpatterns = [
    path("feedback/", own.FeedbackListView.as_view(), name="api-feedback"),
    path("feedback/<int:feedback_id>/", own.FeedbackView.as_view(), name="api-feedback-one"),
    path("roadmap/", own.RoadmapView.as_view(), name="api-roadmap"),
    path("roadmap/<int:item_id>/vote/", own.VoteView.as_view(), name="api-roadmap-vote"),
    path("staff/feedback/", staff.QueueView.as_view(), name="api-staff-feedback"),
    path(
        "staff/feedback/<int:feedback_id>/answer/",
        staff.AnswerView.as_view(),
        name="api-staff-feedback-answer",
    ),
    path("staff/roadmap/", staff.ItemsView.as_view(), name="api-staff-roadmap"),
    path("staff/roadmap/<int:item_id>/", staff.ItemView.as_view(), name="api-staff-roadmap-one"),
    path("staff/roadmap/<int:item_id>/merge/", staff.MergeView.as_view(), name="api-staff-roadmap-merge"),
]
