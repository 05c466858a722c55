"""Who may host: followers, or a waiver that staff grant."""

import pytest

from accounts.models import HostingWaiver, User
from accounts.selectors import hosting_eligibility, require_may_host
from accounts.services import hosting_waiver_grant, hosting_waiver_revoke
from spaces_project.lib.errors import Invalid, NotAllowed
from tests.factories import UserFactory

pytestmark = pytest.mark.django_db


def with_followers(count: int) -> User:
    """Somebody with that many followers."""
    user = UserFactory()
    User.objects.filter(pk=user.pk).update(follower_count=count)
    user.refresh_from_db()
    return user


@pytest.mark.parametrize(
    ("followers", "eligible", "missing"),
    [(0, False, 600), (412, False, 188), (599, False, 1), (600, True, 0)],
)
def test_it_takes_600_followers(followers, eligible, missing):
    hosting = hosting_eligibility(with_followers(followers))
    assert (hosting.eligible, hosting.missing, hosting.required) == (eligible, missing, 600)
    assert (hosting.followers, hosting.waiver) == (followers, False)


def test_the_number_is_a_setting(settings):
    settings.SPACES_HOST_MIN_FOLLOWERS = 5
    assert hosting_eligibility(with_followers(5)).eligible
    assert not hosting_eligibility(with_followers(4)).eligible


def test_a_refusal_says_what_is_missing():
    with pytest.raises(NotAllowed) as refusal:
        require_may_host(with_followers(412))
    assert refusal.value.code == "space.host_not_eligible"
    assert "412 of 600 followers" in refusal.value.message


def test_staff_let_somebody_host_and_take_it_back(listener, staff, now):
    waiver = hosting_waiver_grant(user=listener, by=staff, reason=" A known\x00 voice ", now=now)
    assert (waiver.granted_by, waiver.reason, waiver.created_at) == (staff, "A known voice", now)
    assert hosting_eligibility(listener).waiver
    require_may_host(listener)
    assert hosting_waiver_revoke(user=listener, by=staff, reason="Over", now=now) is True
    assert hosting_waiver_revoke(user=listener, by=staff, reason="Over", now=now) is False
    assert not hosting_eligibility(listener).eligible


def test_granted_again_the_newer_word_stands(listener, staff, now):
    hosting_waiver_grant(user=listener, by=staff, reason="First", now=now)
    other = UserFactory(is_staff=True)
    hosting_waiver_grant(user=listener, by=other, reason="Second", now=now)
    waiver = HostingWaiver.objects.get()
    assert (waiver.granted_by, waiver.reason) == (other, "Second")


@pytest.mark.parametrize("who", ["outsider", "host", "listener"])
def test_nobody_else_grants_or_revokes(request, who, listener, staff, now):
    by = request.getfixturevalue(who)
    for act in (hosting_waiver_grant, hosting_waiver_revoke):
        with pytest.raises(NotAllowed):
            act(user=listener, by=by, reason="Please", now=now)
    assert not HostingWaiver.objects.filter(user=listener).exists()


@pytest.mark.parametrize("reason", ["", " \u200b ", "x" * 201])
def test_it_takes_a_reason(listener, staff, now, reason):
    with pytest.raises(Invalid) as refusal:
        hosting_waiver_grant(user=listener, by=staff, reason=reason, now=now)
    assert list(refusal.value.fields) == ["reason"]


def test_inactive_people_do_not_host(host):
    host.is_active = False
    host.save()
    assert not hosting_eligibility(host).eligible
