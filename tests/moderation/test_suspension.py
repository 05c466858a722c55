"""What a suspension does at once, but for the sound (tests/moderation/test_suspension_sound.py)."""

from datetime import timedelta

import pytest
from allauth.mfa.adapter import get_adapter
from allauth.mfa.models import Authenticator
from allauth.mfa.totp.internal.auth import (
    format_hotp_value,
    generate_totp_secret,
    hotp_value,
    yield_hotp_counters_from_time,
)
from allauth.usersessions.models import UserSession

from accounts.services import follow
from moderation.models import Act, Sanction
from moderation.services.decisions import decide
from moderation.services.sanctions import sanctions_expire
from moderation.signals import person_restored, person_suspended, space_ended_by_staff
from rooms.models import Attendance, Invitation, Participation, Role, Space, SpaceSeries, SpeakRequest
from rooms.services.invitations import stage_invite
from rooms.services.putting_out import put_out_again
from rooms.services.requests import stage_request
from rooms.services.schedule import space_schedule
from social.errors import DirectNotAccepted
from social.models import Kind, Notification
from social.selectors.posts import timeline
from social.services.direct import direct_send
from social.services.notifications import notify
from social.services.posts import post_create
from spaces_project.lib import socket_tickets
from spaces_project.lib.errors import NotAllowed
from tests.factories import UserFactory
from tests.moderation.cases import member_of

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("no_audio")]

WHY = "Against our rules."
APP = "/_allauth/app/v1"
PASSWORD = "a-quiet-engine-hums"


@pytest.fixture
def moderator(db):
    """Somebody of the group that decides."""
    return member_of("moderator", handle="a_moderator")


@pytest.fixture
def suspend(moderator, committed, now):
    """`suspend(user)`, for good unless `until` is given, with what follows the commit."""

    def done(user, **fields):
        with committed():
            return decide(act=Act.SUSPEND, by=moderator, person=user, reason=WHY, **({"now": now} | fields))

    return done


@pytest.fixture
def signals():
    """What moderation's signals carried, by name."""
    heard = []

    def receive(signal, sender, **data):
        heard.append((names[signal], data))

    names = {
        person_suspended: "person_suspended",
        person_restored: "person_restored",
        space_ended_by_staff: "space_ended_by_staff",
    }
    for signal in names:
        signal.connect(receive, weak=False)
    yield heard
    for signal in names:
        signal.disconnect(receive)


@pytest.fixture
def app(api):
    """A client without cookies: what an app is."""
    return api(None)


def sign_in(app, user):
    """The answer to a sign-in of an app."""
    return app.post(f"{APP}/auth/login", {"username": user.handle, "password": PASSWORD})


def test_the_host_s_space_ends_and_what_they_announced_is_cancelled(
    space, host, suspend, sent, signals, at, now
):
    ahead = space_schedule(
        host=host,
        scheduled_at=at(86400),
        title="Tomorrow",
        series={"every": "week", "until": None},
        now=now,
    )
    decision = suspend(host)
    space.refresh_from_db()
    assert (space.state, space.end_reason) == (Space.State.ENDED, Space.EndReason.STAFF)
    ahead.refresh_from_db()
    assert ahead.state == Space.State.CANCELLED
    assert not Space.objects.filter(host=host, state=Space.State.SCHEDULED).exists()
    assert not SpaceSeries.objects.filter(ended_at__isnull=True).exists()
    assert sent.of("space.ended")[0]["reason"] == "staff"
    told = dict(signals)
    assert told["space_ended_by_staff"] == {"space_id": space.pk, "decision_id": decision.pk}
    assert told["person_suspended"]["user_id"] == host.pk
    assert {space.pk, ahead.pk} <= set(told["person_suspended"]["space_ids"])


def test_a_speaker_is_off_the_stage_and_the_others_see_it(space, speaker, join, suspend, sent, now):
    join(space, speaker)
    Participation.objects.filter(user=speaker).update(role=Role.SPEAKER)
    suspend(speaker)
    place = Participation.objects.get(user=speaker)
    assert (place.role, place.left_at, place.connection, place.removed_at) == (Role.LISTENER, now, "", None)
    assert sent.of("stage.left") == [{"user": str(speaker.pk), "reason": "left"}]
    assert not Attendance.objects.filter(participation=place, left_at__isnull=True).exists()


def test_listeners_are_out_with_their_requests_and_invitations(
    space, host, listener, speaker, join, suspend, committed, now
):
    join(space, listener)
    join(space, speaker)
    with committed():
        stage_request(space=space, user=listener, now=now)
        stage_invite(space=space, by=host, user=speaker, now=now)
    suspend(listener)
    suspend(speaker)
    assert Participation.objects.get(user=listener).left_at == now
    assert not SpeakRequest.objects.filter(state=SpeakRequest.State.WAITING).exists()
    assert not Invitation.objects.filter(state=Invitation.State.OPEN).exists()


def test_a_co_host_ahead_is_none_any_more(host, cohost, suspend, at, now):
    follow(follower=cohost, followee=host, now=now)
    ahead = space_schedule(host=host, scheduled_at=at(86400), title="T", cohosts=["a_cohost"], now=now)
    assert Invitation.objects.filter(space=ahead, state=Invitation.State.OPEN).exists()
    suspend(cohost)
    assert not Invitation.objects.filter(space=ahead, state=Invitation.State.OPEN).exists()


def test_no_way_back_into_a_space_and_a_way_back_after_it(space, listener, join, suspend, at, now, committed):
    join(space, listener)
    suspend(listener, until=at(60))
    with pytest.raises(NotAllowed) as refused:
        join(space, listener, later=at(1))
    assert refused.value.code == "account.suspended"
    with committed():
        sanctions_expire(now=at(60))
    assert join(space, listener, later=at(61)).participation.is_present


def test_who_came_in_at_that_very_moment_is_put_out_again(
    space, listener, speaker, join, suspend, at, committed
):
    suspend(listener)
    join(space, speaker)
    # As if their join had passed the gates before the suspension and been committed after it.
    Participation.objects.create(space=space, user=listener, role=Role.LISTENER, joined_at=at(0))
    with committed():
        assert put_out_again(now=at(1)) == 1
    assert Participation.objects.get(user=listener).left_at == at(1)
    assert Participation.objects.get(user=speaker).is_present
    assert put_out_again(now=at(2)) == 0


def test_a_host_who_started_at_that_very_moment_is_off_air(host, suspend, at, now, committed):
    suspend(host)
    late = Space.objects.create(host=host, title="Late", state=Space.State.LIVE, started_at=now)
    with committed():
        assert put_out_again(now=at(1)) == 1
    late.refresh_from_db()
    assert late.state == Space.State.ENDED


def test_every_session_and_token_is_dead(app, api, suspend):
    person = UserFactory(handle="some_body", password=PASSWORD)
    token = sign_in(app, person).json()["meta"]["session_token"]
    browser = api(person)
    ticket = app.post("/api/v1/socket-tickets/", headers={"X-Session-Token": token}).json()["ticket"]
    assert browser.get("/api/v1/me/").status_code == 200

    suspend(person)
    assert not UserSession.objects.filter(user=person).exists()
    assert browser.get("/api/v1/me/").status_code == 401
    answer = app.get("/api/v1/me/", headers={"X-Session-Token": token})
    assert (answer.status_code, answer.json()["code"]) == (401, "not_signed_in")
    assert socket_tickets.redeem(ticket) is None


def test_a_session_that_was_begun_at_that_very_moment_is_worth_nothing(api, listener, suspend):
    suspend(listener)
    late = api(listener)
    assert late.get("/api/v1/me/").status_code == 401
    assert late.post("/api/v1/socket-tickets/").status_code == 401


def test_an_app_is_told_why_and_until_when_and_gets_no_token(app, suspend, at):
    person = UserFactory(handle="some_body", password=PASSWORD)
    suspend(person, until=at(3600))
    answer = sign_in(app, person)
    assert answer.status_code == 403
    [error] = answer.json()["errors"]
    assert error["code"] == "account.suspended"
    assert error["reason"] == WHY
    assert error["until"] == at(3600).isoformat()
    assert "/appeals/" in error["url"]
    assert "meta" not in answer.json()
    assert not answer.cookies
    wrong = app.post(f"{APP}/auth/login", {"username": person.handle, "password": "not-the-password"})
    assert wrong.status_code == 400
    assert WHY not in wrong.content.decode()


def test_the_page_of_the_sign_in_says_why_and_leads_to_the_appeal(client, suspend, at):
    person = UserFactory(handle="some_body", password=PASSWORD)
    suspend(person, until=at(3600))
    page = client.post("/accounts/login/", {"login": person.handle, "password": PASSWORD})
    text = page.content.decode()
    assert page.status_code == 403
    assert "This account is suspended." in text
    assert WHY in text
    link = text.split('href="/appeals/')[1].split('"')[0]
    assert client.get(f"/appeals/{link}").status_code == 200
    assert "_auth_user_id" not in client.session


def test_a_second_step_that_was_waiting_does_not_get_in(app, suspend):
    """Between password and code may lie a suspension."""
    person = UserFactory(handle="some_body", password=PASSWORD)
    secret = generate_totp_secret()
    Authenticator.objects.create(
        user=person, type=Authenticator.Type.TOTP, data={"secret": get_adapter().encrypt(secret)}
    )
    token = sign_in(app, person).json()["meta"]["session_token"]
    suspend(person)
    code = format_hotp_value(hotp_value(secret, next(iter(yield_hotp_counters_from_time()))))
    answer = app.post(f"{APP}/auth/2fa/authenticate", {"code": code}, headers={"X-Session-Token": token})
    assert answer.status_code == 403
    assert answer.json()["errors"][0]["code"] == "account.suspended"
    assert app.get("/api/v1/me/", headers={"X-Session-Token": token}).status_code == 401


def test_a_new_password_does_not_get_them_in(client, suspend, mailoutbox):
    person = UserFactory(handle="some_body", password=PASSWORD)
    suspend(person)
    client.post("/accounts/password/reset/", {"email": person.email})
    [mail] = [one for one in mailoutbox if "/accounts/password/reset/key/" in one.body]
    path = "/accounts/" + mail.body.split("/accounts/")[1].split()[0]
    form = client.get(path, follow=True)
    new = {"password1": "a-louder-engine-roars", "password2": "a-louder-engine-roars"}
    done = client.post(form.request["PATH_INFO"], new, follow=True)
    assert done.status_code == 200
    assert "_auth_user_id" not in client.session
    page = client.post("/accounts/login/", {"login": person.handle, "password": "a-louder-engine-roars"})
    assert page.status_code == 403
    assert "_auth_user_id" not in client.session


def test_when_the_time_is_over_they_get_in_before_anybody_has_lifted_it(app, suspend, now):
    person = UserFactory(handle="some_body", password=PASSWORD)
    suspend(person, until=now - timedelta(seconds=1), now=now - timedelta(seconds=60))
    answer = sign_in(app, person)
    assert answer.status_code == 200
    token = answer.json()["meta"]["session_token"]
    assert app.get("/api/v1/me/", headers={"X-Session-Token": token}).status_code == 200
    assert not Sanction.objects.filter(lifted_at__isnull=True).exists()


def test_a_stale_object_does_not_undo_it(listener, suspend):
    suspend(listener.__class__.objects.get(pk=listener.pk))
    assert not listener.is_suspended
    listener.name = "Another"
    listener.save()
    listener.refresh_from_db()
    assert listener.is_suspended


def test_profile_and_posts_are_not_shown(speaker, listener, api, client, suspend, committed, now, at):
    speaker.bio = "My words"
    speaker.save()
    follow(follower=listener, followee=speaker, now=now)
    post = post_create(author=speaker, text="What I say", now=now)
    suspend(speaker, until=at(60))
    listener.refresh_from_db()

    page = client.get(speaker.get_absolute_url())
    assert page.status_code == 200
    assert "This account is suspended." in page.content.decode()
    assert "My words" not in page.content.decode()
    profile = api(None).get(f"/api/v1/users/{speaker.handle}/").json()
    assert (profile["is_suspended"], profile["bio"], profile["picture"]) == (True, "", "")
    assert timeline(listener) == []
    assert api(listener).get(f"/api/v1/posts/{post.pk}/").status_code == 404
    assert api(None).get(f"/api/v1/users/{speaker.handle}/posts/").json()["results"] == []
    assert speaker.handle not in client.get("/search/?q=speaker").content.decode()

    with committed():
        sanctions_expire(now=at(60))
    assert [one.pk for one in timeline(listener)] == [post.pk]


def test_they_are_written_to_and_told_no_more_but_of_decisions(listener, speaker, suspend, now):
    suspend(speaker)
    speaker.refresh_from_db()
    with pytest.raises(DirectNotAccepted):
        direct_send(author=listener, to=speaker, text="Hello", now=now)
    assert notify(user=speaker, kind=Kind.FOLLOWER, key="x", actor=listener, now=now) is None
    assert set(Notification.objects.filter(user=speaker).values_list("kind", flat=True)) == {Kind.MODERATION}
