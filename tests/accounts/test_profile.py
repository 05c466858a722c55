"""profile_update: name, bio and handle."""

import pytest
from django.core.exceptions import ValidationError

from accounts import services
from accounts.handles import clean_handle
from accounts.models import User
from accounts.services import profile_update
from accounts.services import profiles as profiles_module
from spaces_project.lib.errors import Invalid
from tests.factories import UserFactory

pytestmark = pytest.mark.django_db


def test_changes_what_is_named_and_leaves_the_rest(listener):
    assert profile_update(user=listener, name="  Ada \u202e Lovelace\n", bio="") is listener
    listener.refresh_from_db()
    assert (listener.name, listener.bio, listener.handle) == ("Ada Lovelace", "", "a_listener")


def test_without_anything_to_change_nothing_is_written(listener, django_assert_num_queries):
    with django_assert_num_queries(0):
        profile_update(user=listener)


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("name", ""),
        ("name", "\u200b \u3164"),
        ("name", "x" * 51),
        ("bio", "x" * 161),
    ],
)
def test_bad_words_name_their_field_and_change_nothing(listener, field, value):
    with pytest.raises(Invalid) as refusal:
        profile_update(user=listener, **{"bio": "new", field: value})
    assert (refusal.value.code, list(refusal.value.fields)) == ("invalid", [field])
    listener.refresh_from_db()
    assert (listener.name, listener.bio) == ("A Listener", "")


@pytest.mark.parametrize(("field", "value"), [("name", "x" * 50), ("bio", "é" * 160)])
def test_the_longest_that_may_be(listener, field, value):
    profile_update(user=listener, **{field: value})
    listener.refresh_from_db()
    assert getattr(listener, field) == value


@pytest.mark.parametrize(
    ("handle", "code"),
    [
        ("x", "handle.invalid"),
        ("x" * 21, "handle.invalid"),
        ("with space", "handle.invalid"),
        ("dot.ted", "handle.invalid"),
        ("ünï", "handle.invalid"),
        ("nul\x00", "handle.invalid"),
        ("li\nne", "handle.invalid"),
        ("", "handle.invalid"),
        ("Admin", "handle.reserved"),
        ("api", "handle.reserved"),
        ("THE_HOST", "handle.taken"),
    ],
)
def test_handles_that_nobody_gets(listener, host, handle, code):
    with pytest.raises(Invalid) as refusal:
        profile_update(user=listener, handle=handle)
    assert refusal.value.code == code
    assert list(refusal.value.fields) == ["handle"]
    listener.refresh_from_db()
    assert listener.handle == "a_listener"


def test_several_fields_at_fault_are_all_told(listener):
    with pytest.raises(Invalid) as refusal:
        profile_update(user=listener, name="", bio="x" * 161, handle="!")
    assert (refusal.value.code, set(refusal.value.fields)) == ("invalid", {"name", "bio", "handle"})


def test_ones_own_handle_in_another_case(listener):
    profile_update(user=listener, handle="@A_Listener")
    listener.refresh_from_db()
    assert listener.handle == "A_Listener"


def test_a_handle_taken_between_look_and_write_is_refused_by_the_database(listener, host, monkeypatch):
    monkeypatch.setattr(profiles_module, "clean_handle", lambda handle, user: handle)
    with pytest.raises(Invalid) as refusal:
        services.profile_update(user=listener, handle="The_HOST")
    assert refusal.value.code == "handle.taken"
    assert User.objects.get(pk=listener.pk).handle == "a_listener"


def test_who_was_given_a_reserved_handle_keeps_it():
    support = UserFactory(handle="support")
    assert clean_handle("Support", user=support) == "Support"
    with pytest.raises(ValidationError):
        clean_handle("help", user=support)
