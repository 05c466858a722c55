"""Every read of people: who somebody is, who follows whom, who may host."""

from collections.abc import Collection
from dataclasses import dataclass
from typing import TypedDict

from django.conf import settings
from django.contrib.auth.models import AnonymousUser
from django.db.models import BooleanField, Exists, OuterRef, Q, QuerySet, Value
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from accounts.gates import hosting_refusal
from accounts.models import HANDLE, Block, Follow, HostingWaiver, PersonMute, User
from spaces_project.lib.dates import number
from spaces_project.lib.errors import NotAllowed, NotFound, SpacesError

Viewer = User | AnonymousUser
_NOBODY = gettext_noop("There is nobody with this handle.")


class PersonCard(TypedDict):
    """A person as frames, cards and the API show them (docs/protocol.md)."""

    id: str
    handle: str
    name: str
    picture: str


@dataclass(frozen=True, slots=True)
class HostingEligibility:
    """Whether somebody may host, and what it takes: `followers` of `required`, or a `waiver` from staff. `refusal` says why
    not, whatever they have; "" where nothing is against it."""

    eligible: bool
    followers: int
    required: int
    waiver: bool
    refusal: str

    @property
    def missing(self) -> int:
        """How many followers are missing; 0 for whoever may host."""
        return 0 if self.eligible else max(0, self.required - self.followers)


def user_by_handle(handle: str) -> User:
    """Return the person of that handle, whatever its case. Raises NotFound; inactive people do not exist."""
    # What can be no handle is not asked for: PostgreSQL refuses a NUL even in a question.
    user = None
    if HANDLE.search(handle):
        user = User.objects.filter(handle__iexact=handle, is_active=True).first()
    if user is None:
        raise NotFound(_NOBODY)
    return user


def user_for_viewer(handle: str, viewer: Viewer) -> User:
    """The person of that handle as `viewer` may see them; has `is_blocked` and `is_muted`: whether `viewer` does so.

    Raises NotFound, also where that person blocks `viewer`: who is blocked is not told so.
    """
    if not viewer.is_authenticated:
        return user_by_handle(handle)
    person = None
    if HANDLE.search(handle):
        mine = {"owner_id": viewer.pk, "person_id": OuterRef("pk")}
        person = (
            User.objects.filter(handle__iexact=handle, is_active=True)
            .exclude(block_set__person_id=viewer.pk)
            .annotate(
                is_blocked=Exists(Block.objects.filter(**mine)),
                is_muted=Exists(PersonMute.objects.filter(**mine)),
            )
            .first()
        )
    if person is None:
        raise NotFound(_NOBODY)
    return person


def user_by_id(user_id: int | str) -> User:
    """Return the person of that id. Raises NotFound; inactive people do not exist."""
    number = int(user_id)
    # Beyond 64 bits PostgreSQL refuses even the question.
    user = User.objects.filter(pk=number, is_active=True).first() if number < 2**63 else None
    if user is None:
        raise NotFound(_("There is nobody with this id."))
    return user


def person_card(user: User) -> PersonCard:
    """Somebody in short: `{"id", "handle", "name", "picture"}`; `picture` is an address on this site, or ""."""
    return {
        "id": str(user.pk),
        "handle": user.handle,
        "name": user.display_name,
        "picture": user.picture_url,
    }


def hosting_eligibility(user: User) -> HostingEligibility:
    """Whether `user` may host: `SPACES_HOST_MIN_FOLLOWERS` followers (the launch of X Spaces), or a waiver; and nothing
    that `HOSTING_GATES` have against it."""
    return _eligibility(user, hosting_refusal(user))


def _eligibility(user: User, refusal: SpacesError | None) -> HostingEligibility:
    required: int = settings.SPACES_HOST_MIN_FOLLOWERS
    waiver = HostingWaiver.objects.filter(user_id=user.pk).exists()
    return HostingEligibility(
        eligible=user.is_active and refusal is None and (waiver or user.follower_count >= required),
        followers=user.follower_count,
        required=required,
        waiver=waiver,
        refusal=refusal.message if refusal else "",
    )


def require_may_host(user: User) -> None:
    """Raise NotAllowed, code `space.host_not_eligible`, with what is missing in words, unless `user` may host; or what
    `HOSTING_GATES` refuse with."""
    if refusal := hosting_refusal(user):
        raise refusal
    hosting = _eligibility(user, None)
    if not hosting.eligible:
        raise NotAllowed(
            _("You have {followers} of {required} followers that it takes to host a Space.").format(
                followers=number(hosting.followers), required=number(hosting.required)
            ),
            code="space.host_not_eligible",
        )


def is_following(viewer: Viewer, user: User) -> bool:
    """Whether `viewer` follows `user`; guests follow nobody."""
    if not viewer.is_authenticated:
        return False
    return Follow.objects.filter(follower_id=viewer.pk, followee=user).exists()


def followed_ids(user: Viewer, among: Collection[int]) -> set[int]:
    """Ids of those `among` these people whom `user` follows. One query."""
    if not user.is_authenticated or not among:
        return set()
    found = Follow.objects.filter(follower_id=user.pk, followee_id__in=among)
    return set(found.values_list("followee_id", flat=True))


def connected_followers(
    *, followee_ids: Collection[int], among: Collection[int], apart_from: int | None = None
) -> set[int]:
    """Ids of those `among` these people who follow at least one of `followee_ids`. One query. Left out are those whom a block
    keeps apart from the person `apart_from`.

    For the bubbles: `among` are the people connected to one process, so that nothing loops over all followers.
    """
    if not followee_ids or not among:
        return set()
    found = Follow.objects.filter(followee_id__in=followee_ids, follower_id__in=among)
    if apart_from is not None:
        found = found.exclude(_blocks_between(apart_from, "follower_id"))
    return set(found.values_list("follower_id", flat=True).distinct())


def followers_of(user: User, *, viewer: Viewer) -> QuerySet[Follow]:
    """Follows of `user`, the latest first, with `follower`; each has `is_following`: whether `viewer` follows them.

    Without those whom `viewer` blocks, or who block `viewer`.
    """
    found = Follow.objects.filter(followee=user, follower__is_active=True).select_related("follower")
    return _with_is_following(found, viewer, "follower_id").order_by("-pk")


def following_of(user: User, *, viewer: Viewer) -> QuerySet[Follow]:
    """Those whom `user` follows, the latest first, with `followee`; `is_following` and blocks as in `followers_of`."""
    found = Follow.objects.filter(follower=user, followee__is_active=True).select_related("followee")
    return _with_is_following(found, viewer, "followee_id").order_by("-pk")


def mutes_of(owner: User, *, query: str = "") -> QuerySet[PersonMute]:
    """Whom `owner` does not want to hear, the latest first, with `person`; `query` as in `blocks_of`."""
    found = PersonMute.objects.filter(_named(query), owner=owner, person__is_active=True)
    return found.select_related("person").order_by("-pk")


def is_blocked_between(one: Viewer, other: Viewer) -> bool:
    """Whether either of the two blocks the other; guests are blocked by nobody."""
    if not one.is_authenticated or not other.is_authenticated:
        return False
    either = Q(owner_id=one.pk, person_id=other.pk) | Q(owner_id=other.pk, person_id=one.pk)
    return Block.objects.filter(either).exists()


def blocks_with(viewer: User, person: str) -> Exists:
    """A condition for a query: one of `viewer` and whoever the column `person` names blocks the other.

    `.exclude(blocks_with(viewer, "author_id"))` leaves out what must not be seen, in the same query.
    """
    return _blocks_between(viewer.pk, person)


def _blocks_between(user_id: int, person: str) -> Exists:
    either = Q(owner_id=user_id, person_id=OuterRef(person)) | Q(owner_id=OuterRef(person), person_id=user_id)
    return Exists(Block.objects.filter(either))


def blocks_of(owner: User, *, query: str = "") -> QuerySet[Block]:
    """Whom `owner` blocks, the latest first, with `person`; `query` leaves those with it in their handle or name, whatever its
    case."""
    found = Block.objects.filter(_named(query), owner=owner, person__is_active=True)
    return found.select_related("person").order_by("-pk")


def kept_apart(user_id: int, *, among: Collection[int]) -> set[int]:
    """Ids of those `among` these people whom a block keeps apart from that person, whoever of the two blocks. One query."""
    if not among:
        return set()
    either = Q(owner_id=user_id, person_id__in=among) | Q(owner_id__in=among, person_id=user_id)
    pairs = Block.objects.filter(either).values_list("owner_id", "person_id")
    return {one for pair in pairs for one in pair} - {user_id}


def _named(query: str) -> Q:
    """Whether `person` has this in their handle or name."""
    # PostgreSQL refuses a NUL even in a question.
    word = query.strip().removeprefix("@").replace("\0", "")
    return Q(person__handle__icontains=word) | Q(person__name__icontains=word) if word else Q()


def _with_is_following(follows: QuerySet[Follow], viewer: Viewer, person: str) -> QuerySet[Follow]:
    if not viewer.is_authenticated:
        return follows.annotate(is_following=Value(False, output_field=BooleanField()))
    mine = Follow.objects.filter(follower_id=viewer.pk, followee_id=OuterRef(person))
    return follows.exclude(blocks_with(viewer, person)).annotate(is_following=Exists(mine))
