"""Addresses of accounts under /api/v1/."""

from django.urls import path

from accounts.api import blocks, imports, me, mutes, users

urlpatterns = [
    path("me/", me.MeView.as_view(), name="api-me"),
    path("me/picture/", me.MyPictureView.as_view(), name="api-me-picture"),
    path("me/hosting/", me.MyHostingView.as_view(), name="api-me-hosting"),
    path("me/block-imports/", blocks.BlockImportsView.as_view(), name="api-me-block-imports"),
    path("me/mutes/", mutes.MyMutesView.as_view(), name="api-me-mutes"),
    path("me/mutes/<str:handle>/", mutes.MyMuteView.as_view(), name="api-me-mute"),
    path("me/blocks/", blocks.MyBlocksView.as_view(), name="api-me-blocks"),
    path("me/blocks/<str:handle>/", blocks.MyBlockView.as_view(), name="api-me-block"),
    path("socket-tickets/", me.SocketTicketsView.as_view(), name="api-socket-tickets"),
    path("follow-imports/", imports.FollowImportsView.as_view(), name="api-follow-imports"),
    path("users/<str:handle>/", users.UserView.as_view(), name="api-user"),
    path("users/<str:handle>/follow/", users.FollowView.as_view(), name="api-user-follow"),
    path("users/<str:handle>/followers/", users.FollowersView.as_view(), name="api-user-followers"),
    path("users/<str:handle>/following/", users.FollowingView.as_view(), name="api-user-following"),
]
