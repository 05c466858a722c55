"""`/api/v1/…` of Spaces."""

from django.urls import path

from rooms.api import (
    calendars,
    control,
    discovery,
    guests,
    invitations,
    listening,
    messages,
    posts,
    reactions,
    reminders,
    requests,
    schedule,
    spaces,
    stage,
    suggestions,
)

urlpatterns = [
    path("spaces/", spaces.SpaceListView.as_view(), name="api-spaces"),
    path("spaces/<uuid:space_id>/", spaces.SpaceDetailView.as_view(), name="api-space"),
    path("spaces/<uuid:space_id>/snapshot/", spaces.SpaceSnapshotView.as_view(), name="api-space-snapshot"),
    path("spaces/<uuid:space_id>/join/", listening.SpaceJoinView.as_view(), name="api-space-join"),
    path(
        "spaces/<uuid:space_id>/audio-connected/",
        listening.SpaceAudioConnectedView.as_view(),
        name="api-space-audio-connected",
    ),
    path("spaces/<uuid:space_id>/leave/", listening.SpaceLeaveView.as_view(), name="api-space-leave"),
    path("spaces/<uuid:space_id>/start/", schedule.SpaceStartView.as_view(), name="api-space-start"),
    path("spaces/<uuid:space_id>/cancel/", schedule.SpaceCancelView.as_view(), name="api-space-cancel"),
    path("space-series/<int:series_id>/", schedule.SpaceSeriesView.as_view(), name="api-space-series"),
    path("me/scheduled/", schedule.MyScheduledView.as_view(), name="api-my-scheduled"),
    path("spaces/<uuid:space_id>/end/", spaces.SpaceEndView.as_view(), name="api-space-end"),
    path("spaces/<uuid:space_id>/mic/", stage.SpaceMicView.as_view(), name="api-space-mic"),
    path(
        "spaces/<uuid:space_id>/listeners/",
        listening.SpaceListenersView.as_view(),
        name="api-space-listeners",
    ),
    path("spaces/<uuid:space_id>/requests/", requests.SpaceRequestsView.as_view(), name="api-space-requests"),
    path(
        "spaces/<uuid:space_id>/requests/mine/", requests.MyRequestView.as_view(), name="api-space-my-request"
    ),
    path(
        "spaces/<uuid:space_id>/requests/<str:handle>/accept/",
        requests.RequestAcceptView.as_view(),
        name="api-space-request-accept",
    ),
    path(
        "spaces/<uuid:space_id>/requests/<str:handle>/decline/",
        requests.RequestDeclineView.as_view(),
        name="api-space-request-decline",
    ),
    path(
        "spaces/<uuid:space_id>/invitations/",
        invitations.SpaceInvitationsView.as_view(),
        name="api-space-invitations",
    ),
    path(
        "spaces/<uuid:space_id>/invitations/<str:handle>/",
        invitations.SpaceInvitationView.as_view(),
        name="api-space-invitation",
    ),
    path(
        "spaces/<uuid:space_id>/invitations/mine/accept/",
        invitations.MyInvitationAcceptView.as_view(),
        name="api-space-invitation-accept",
    ),
    path(
        "spaces/<uuid:space_id>/invitations/mine/decline/",
        invitations.MyInvitationDeclineView.as_view(),
        name="api-space-invitation-decline",
    ),
    path(
        "spaces/<uuid:space_id>/stage/step-down/",
        stage.StageStepDownView.as_view(),
        name="api-space-step-down",
    ),
    path(
        "spaces/<uuid:space_id>/stage/mute-all/", stage.StageMuteAllView.as_view(), name="api-space-mute-all"
    ),
    path(
        "spaces/<uuid:space_id>/stage/<str:handle>/mute/",
        stage.StageMuteView.as_view(),
        name="api-space-mute",
    ),
    path(
        "spaces/<uuid:space_id>/stage/<str:handle>/move-to-listeners/",
        stage.StageMoveToListenersView.as_view(),
        name="api-space-move-to-listeners",
    ),
    path(
        "spaces/<uuid:space_id>/participants/<str:handle>/remove/",
        control.ParticipantRemoveView.as_view(),
        name="api-space-remove",
    ),
    path("spaces/<uuid:space_id>/lock/", control.SpaceLockView.as_view(), name="api-space-lock"),
    path("spaces/<uuid:space_id>/pins/", control.SpacePinsView.as_view(), name="api-space-pins"),
    path("spaces/<uuid:space_id>/pins/<int:pin_id>/", control.SpacePinView.as_view(), name="api-space-pin"),
    path(
        "spaces/<uuid:space_id>/hand-over/", control.SpaceHandOverView.as_view(), name="api-space-hand-over"
    ),
    path("spaces/<uuid:space_id>/messages/", messages.SpaceMessagesView.as_view(), name="api-space-messages"),
    path(
        "spaces/<uuid:space_id>/messages/<int:message_id>/",
        messages.SpaceMessageView.as_view(),
        name="api-space-message",
    ),
    path(
        "spaces/<uuid:space_id>/messages/<int:message_id>/approve/",
        messages.SpaceMessageApproveView.as_view(),
        name="api-space-message-approve",
    ),
    path(
        "spaces/<uuid:space_id>/messages/<int:message_id>/decline/",
        messages.SpaceMessageDeclineView.as_view(),
        name="api-space-message-decline",
    ),
    path("spaces/<uuid:space_id>/posts/", posts.SpacePostsView.as_view(), name="api-space-posts"),
    path(
        "spaces/<uuid:space_id>/reactions/",
        reactions.SpaceReactionsView.as_view(),
        name="api-space-reactions",
    ),
    path(
        "spaces/<uuid:space_id>/guest-join/", guests.SpaceGuestJoinView.as_view(), name="api-space-guest-join"
    ),
    path(
        "spaces/<uuid:space_id>/guest-leave/",
        guests.SpaceGuestLeaveView.as_view(),
        name="api-space-guest-leave",
    ),
    path(
        "spaces/<uuid:space_id>/reminder/", reminders.SpaceReminderView.as_view(), name="api-space-reminder"
    ),
    path("me/calendar/", calendars.MyCalendarView.as_view(), name="api-my-calendar"),
    path("me/calendar-feed/", calendars.MyCalendarFeedView.as_view(), name="api-my-calendar-feed"),
    path("suggestions/", suggestions.SuggestionsView.as_view(), name="api-suggestions"),
    path("bubbles/", spaces.BubblesView.as_view(), name="api-bubbles"),
    path("topics/", discovery.TopicsView.as_view(), name="api-topics"),
    path("topics/<str:slug>/follow/", discovery.TopicFollowView.as_view(), name="api-topic-follow"),
    path("search/", discovery.SearchView.as_view(), name="api-search"),
]
