"""The admin of people: staff read, search, let host, sign out; counts and passwords are not theirs to write."""

import pytest
from django.contrib.auth.models import Permission
from django.test import Client

from accounts.models import Follow, HostingWaiver, User
from accounts.services import follow, hosting_waiver_grant
from moderation.models import AuditEntry
from tests.factories import UserFactory
from tests.staffing import sign_in_staff, staff_of

pytestmark = pytest.mark.django_db

USERS = "/admin/accounts/user/"
FOLLOWS = "/admin/accounts/follow/"


def change(desk: Client, user: User, **fields: str):
    """Save the page of a user as it stands, with some fields changed."""
    page = desk.get(f"{USERS}{user.pk}/change/")
    form = page.context["adminform"].form
    data = {name: form.initial.get(name) or "" for name in form.fields}
    data = {name: value for name, value in data.items() if value not in (False, []) and value != ""}
    for inline in page.context["inline_admin_formsets"]:
        formset = inline.formset
        prefix = formset.prefix
        rows = len(formset.initial_forms)
        data |= {f"{prefix}-TOTAL_FORMS": rows, f"{prefix}-INITIAL_FORMS": rows}
        for number, one in enumerate(formset.initial_forms):
            data |= {
                f"{prefix}-{number}-{name}": one[name].value() or ""
                for name in one.fields
                if name != "DELETE"
            }
    answer = desk.post(f"{USERS}{user.pk}/change/", data | fields)
    errors = answer.context["errors"] if answer.context else []
    return answer, [str(error) for error in errors]


@pytest.mark.parametrize("who", ["host", "listener"])
def test_others_have_no_admin(request, who):
    client = Client()
    client.force_login(request.getfixturevalue(who))
    assert client.get(USERS).status_code == 302


@pytest.mark.parametrize("words", ["the_host", "The Host", "the_host@example.com", "HOST"])
def test_staff_find_people(desk, host, outsider, words):
    found = desk.get(USERS, {"q": words})
    assert [user.handle for user in found.context["cl"].result_list] == ["the_host"]


def test_the_filter_for_waivers(desk, host, listener):
    handles = {user.handle for user in desk.get(USERS, {"waiver": "yes"}).context["cl"].result_list}
    assert handles == {"the_host"}
    handles = {user.handle for user in desk.get(USERS, {"waiver": "no"}).context["cl"].result_list}
    assert "a_listener" in handles
    assert "the_host" not in handles


def test_the_list_takes_the_same_queries_for_many(desk, django_assert_max_num_queries):
    desk.get(USERS)  # notes the session
    UserFactory.create_batch(80)
    with django_assert_max_num_queries(5):
        desk.get(USERS)


def test_the_page_shows_no_password(desk, host):
    host.set_password("a-quiet-engine-hums")
    host.save()
    page = desk.get(f"{USERS}{host.pk}/change/").content.decode()
    assert host.password not in page
    assert "pbkdf2" not in page
    assert 'name="password"' not in page
    assert 'name="follower_count"' not in page


def test_changing_somebody_leaves_follows_made_meanwhile(desk, host, listener, monkeypatch, now):
    desk_saves = User.save

    def save_late(self, **options):
        if self.pk == host.pk and self.bio == "Seen by staff":
            follow(follower=listener, followee=host, now=now)
        desk_saves(self, **options)

    monkeypatch.setattr(User, "save", save_late)
    answer, errors = change(desk, host, bio="Seen by staff")
    assert (answer.status_code, errors) == (302, [])
    host.refresh_from_db()
    assert (host.bio, host.follower_count) == ("Seen by staff", 1)


def test_handles_keep_to_the_rule(desk, host, listener):
    answer, errors = change(desk, listener, handle="THE_HOST")
    assert answer.status_code == 200
    assert "taken" in "".join(errors)


def test_granting_a_waiver_notes_who_did(desk, staff, listener):
    prefix = "hosting_waiver"
    answer, errors = change(
        desk,
        listener,
        **{
            f"{prefix}-TOTAL_FORMS": "1",
            f"{prefix}-0-reason": "A known voice",
            f"{prefix}-0-user": str(listener.pk),
        },
    )
    assert (answer.status_code, errors) == (302, [])
    waiver = HostingWaiver.objects.get(user=listener)
    assert (waiver.granted_by, waiver.reason) == (staff, "A known voice")


def test_a_waiver_takes_a_reason(desk, listener):
    prefix = "hosting_waiver"
    answer, errors = change(
        desk,
        listener,
        **{
            f"{prefix}-TOTAL_FORMS": "1",
            f"{prefix}-0-reason": "\u200b",
            f"{prefix}-0-user": str(listener.pk),
        },
    )
    assert answer.status_code == 200
    assert "reason" in "".join(errors)
    assert not HostingWaiver.objects.filter(user=listener).exists()


def test_changing_and_revoking_a_waiver(desk, staff, listener, now):
    hosting_waiver_grant(user=listener, by=UserFactory(is_staff=True), reason="First", now=now)
    answer, errors = change(desk, listener, **{"hosting_waiver-0-reason": "Second"})
    assert (answer.status_code, errors) == (302, [])
    waiver = HostingWaiver.objects.get(user=listener)
    assert (waiver.reason, waiver.granted_by) == ("Second", staff)
    answer, errors = change(desk, listener, **{"hosting_waiver-0-DELETE": "on"})
    assert (answer.status_code, errors) == (302, [])
    assert not HostingWaiver.objects.filter(user=listener).exists()


def test_deactivating_somebody_signs_them_out(
    desk, listener, heard_sessions_ended, django_capture_on_commit_callbacks
):
    client = Client()
    client.force_login(listener)
    assert client.get("/api/v1/me/").status_code == 200
    page = desk.get(f"{USERS}{listener.pk}/change/")
    assert page.context["adminform"].form.initial["is_active"]
    with django_capture_on_commit_callbacks(execute=True):
        answer, errors = change(desk, listener, is_active="")
    assert (answer.status_code, errors) == (302, [])
    listener.refresh_from_db()
    assert not listener.is_active
    assert client.get("/api/v1/me/").status_code == 401
    assert heard_sessions_ended == [{"user_id": listener.pk}]


def test_signing_somebody_out_everywhere(desk, listener):
    client = Client()
    client.force_login(listener)
    client.get("/api/v1/me/")
    desk.post(USERS, {"action": "sign_out", "_selected_action": [listener.pk]})
    assert client.get("/api/v1/me/").status_code == 401


def test_undoing_follows_moves_the_counts(desk, host, listener, outsider, now):
    for follower in (listener, outsider):
        follow(follower=follower, followee=host, now=now)
    first, second = Follow.objects.order_by("pk")
    desk.post(f"{FOLLOWS}{first.pk}/delete/", {"post": "yes"})
    host.refresh_from_db()
    assert host.follower_count == 1
    action = {"action": "delete_selected", "_selected_action": [second.pk], "post": "yes"}
    desk.post(FOLLOWS, action)
    host.refresh_from_db()
    listener.refresh_from_db()
    assert (host.follower_count, listener.following_count, Follow.objects.count()) == (0, 0, 0)


def test_staff_who_may_only_look_cannot_grant(listener):
    helper = UserFactory(is_staff=True)
    helper.user_permissions.set(Permission.objects.filter(codename__startswith="view_"))
    client = Client()
    sign_in_staff(client, helper)
    assert client.get(f"{USERS}{listener.pk}/change/").status_code == 200
    assert client.post(f"{USERS}{listener.pk}/change/", {}).status_code == 403


def test_what_staff_do_by_hand_is_written_down(desk, staff, listener):
    change(desk, listener, bio="Seen by staff", is_active="")
    desk.post(USERS, {"action": "sign_out", "_selected_action": [listener.pk]})
    entries = list(AuditEntry.objects.order_by("pk"))
    assert [one.act for one in entries] == ["person.change", "person.sign_out"]
    assert entries[0].data == {"fields": ["bio", "is_active"]}
    assert {(one.actor_id, one.target_handle, one.door) for one in entries} == {
        (staff.pk, "a_listener", "admin")
    }


def test_administrators_make_nobody_staff():
    administrator = staff_of("administrator")
    own = sign_in_staff(Client(), administrator)
    page = own.get(f"{USERS}{administrator.pk}/change/").content.decode()
    assert 'name="bio"' in page
    assert 'name="is_superuser"' not in page
    answer, errors = change(own, administrator, is_superuser="on", is_staff="on", groups=[])
    assert (answer.status_code, errors) == (302, [])
    administrator.refresh_from_db()
    assert not administrator.is_superuser
    assert administrator.groups.count() == 1
