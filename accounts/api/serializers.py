"""How people look in the API, and what is taken from those who change themselves.

Lengths, handles and words are checked by the services, so that every door refuses alike; here it is types alone.
"""

from typing import Any

from rest_framework import serializers

from accounts.models import User
from accounts.selectors import person_card


class PersonSerializer(serializers.Serializer[Any]):
    """Somebody, as cards show them."""

    id = serializers.CharField()
    handle = serializers.CharField()
    name = serializers.CharField()
    picture = serializers.CharField(help_text='Address of the 256 px picture on this site, or "".')


class PersonRowSerializer(PersonSerializer):
    """Somebody in a list of followers."""

    bio = serializers.CharField()
    is_following = serializers.BooleanField(help_text="Whether you follow them.")


class ProfileSerializer(PersonRowSerializer):
    """Somebody in full."""

    follower_count = serializers.IntegerField()
    following_count = serializers.IntegerField()
    joined_at = serializers.DateTimeField()
    is_blocked = serializers.BooleanField(help_text="Whether you block them.")
    is_suspended = serializers.BooleanField(
        help_text="Whether this account is suspended: bio and picture are not shown then."
    )


class MeSerializer(PersonSerializer):
    """Oneself."""

    bio = serializers.CharField()
    email = serializers.CharField()
    time_zone = serializers.CharField(help_text='Name in the IANA database; "" until a browser has said it.')
    language = serializers.CharField(
        help_text='What the product\'s words to you are in: "en", "de", "es"; "" for what `Accept-Language` asks for.'
    )
    follower_count = serializers.IntegerField()
    following_count = serializers.IntegerField()
    joined_at = serializers.DateTimeField()


class MeChangeSerializer(serializers.Serializer[Any]):
    """What one can change; what is left out stays."""

    name = serializers.CharField(required=False, help_text="1 to 50 characters.", trim_whitespace=False)
    bio = serializers.CharField(required=False, allow_blank=True, help_text="Up to 160 characters.")
    handle = serializers.CharField(required=False, help_text="2 to 20 letters, digits or underscores.")
    time_zone = serializers.CharField(
        required=False, help_text="The zone you are in: a name in the IANA database."
    )
    language = serializers.CharField(
        required=False,
        allow_blank=True,
        help_text='"en", "de", "es", or "" for what `Accept-Language` asks for.',
    )


class PictureUploadSerializer(serializers.Serializer[Any]):
    """A picture to be."""

    picture = serializers.FileField(
        help_text="JPEG, PNG, WebP or GIF, up to 5 MB and 40 megapixels; it is cropped to a square."
    )


class HostingSerializer(serializers.Serializer[Any]):
    """Whether one may host, and what it takes."""

    eligible = serializers.BooleanField()
    followers = serializers.IntegerField()
    required = serializers.IntegerField(  # type: ignore[assignment]  # the name is the API's
        help_text="How many followers it takes."
    )
    waiver = serializers.BooleanField(help_text="Whether staff let you host anyway.")
    refusal = serializers.CharField(
        help_text='Why you may not host whatever else you have: staff have withdrawn it; "" where nothing is against it.'
    )


class SocketTicketSerializer(serializers.Serializer[Any]):
    """What opens the websocket once."""

    ticket = serializers.CharField(help_text="For `/ws/?ticket=…`")
    expires_at = serializers.DateTimeField()


def person_row(user: User, *, is_following: bool) -> dict[str, Any]:
    """What PersonRowSerializer describes."""
    return person_card(user) | {"bio": user.bio, "is_following": is_following}


def profile(user: User, *, is_following: bool) -> dict[str, Any]:
    """What ProfileSerializer describes; `user` is of `user_for_viewer`."""
    shown = person_row(user, is_following=is_following) | _numbers(user)
    if user.is_suspended:
        shown |= {"bio": "", "picture": ""}
    is_blocked = getattr(user, "is_blocked", False)
    return shown | {"is_blocked": is_blocked, "is_suspended": user.is_suspended}


def me(user: User) -> dict[str, Any]:
    """What MeSerializer describes."""
    return (
        person_card(user)
        | {"bio": user.bio, "email": user.email, "time_zone": user.time_zone, "language": user.language}
        | _numbers(user)
    )


def _numbers(user: User) -> dict[str, Any]:
    return {
        "follower_count": user.follower_count,
        "following_count": user.following_count,
        "joined_at": user.date_joined,
    }
