"""What host and co-hosts do to others is in the audit log, once, and gone when the act is."""

from functools import partial

import pytest
from django.db import transaction

from moderation.models import AuditEntry
from rooms.models import Role
from rooms.permissions import Action
from rooms.services import control, messages, requests, stage
from rooms.services.lifecycle import space_end
from spaces_project.lib.caller import called_by
from tests.rooms.world import seat

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("no_audio")]


@pytest.fixture
def room(space, cohost, speaker, listener, outsider, now):
    """A Space with everybody in it."""
    for person, role in (
        (cohost, Role.COHOST),
        (speaker, Role.SPEAKER),
        (listener, Role.LISTENER),
        (outsider, Role.LISTENER),
    ):
        seat(space, person, role, now)
    return space


def test_each_act_on_somebody_once(room, host, cohost, speaker, listener, outsider, now):
    written = messages.message_post(space=room, author=listener, text="Words", now=now)
    requests.stage_request(space=room, user=listener, now=now)
    call = {"space": room, "now": now}
    acts = [
        (Action.MUTE, partial(stage.stage_mute, by=cohost, user=speaker), speaker, {}),
        (Action.MUTE_ALL, partial(stage.stage_mute_all, by=host), None, {"people": [speaker.pk]}),
        (Action.REQUESTS_CLEAR, partial(requests.stage_requests_clear, by=cohost), None, {"people": 1}),
        (
            Action.MESSAGE_DELETE,
            partial(messages.message_delete, by=cohost, message_id=written.pk),
            listener,
            {"message": written.pk},
        ),
        (Action.LOCK, partial(control.space_lock, by=cohost, locked=True), None, {"locked": True}),
        (Action.LOCK, partial(control.space_lock, by=host, locked=False), None, {"locked": False}),
        (
            Action.MOVE_TO_LISTENERS,
            partial(stage.stage_move_to_listeners, by=host, user=speaker),
            speaker,
            {},
        ),
        (Action.REMOVE, partial(control.space_remove, by=host, user=outsider), outsider, {}),
    ]
    for action, act, on, data in acts:
        before = AuditEntry.objects.count()
        with called_by("socket", "192.0.2.7"):
            act(**call)
        entry = AuditEntry.objects.latest("pk")
        assert AuditEntry.objects.count() == before + 1, action
        assert (entry.act, entry.data, entry.space_id, entry.at) == (action.value, data, room.pk, now)
        assert (entry.target_kind, entry.target_handle) == (("person", on.handle) if on else ("space", ""))
        assert entry.target_id == str(on.pk if on else room.pk)
        assert (entry.door, entry.address) == ("socket", "192.0.2.7")
        assert entry.actor_handle in ("the_host", "a_cohost")


def test_what_changes_nothing_is_not_written_down(room, host, speaker, outsider, now):
    control.space_remove(space=room, by=host, user=outsider, now=now)
    control.space_lock(space=room, by=host, locked=True, now=now)
    stage.stage_move_to_listeners(space=room, by=host, user=speaker, now=now)
    count = AuditEntry.objects.count()
    control.space_remove(space=room, by=host, user=outsider, now=now)
    control.space_lock(space=room, by=host, locked=True, now=now)
    stage.stage_move_to_listeners(space=room, by=host, user=speaker, now=now)
    requests.stage_requests_clear(space=room, by=host, now=now)
    assert AuditEntry.objects.count() == count


def test_what_one_does_to_oneself_is_no_moderation(room, host, listener, now):
    own = messages.message_post(space=room, author=listener, text="Words", now=now)
    messages.message_delete(space=room, by=listener, message_id=own.pk, now=now)
    stage.stage_mute(space=room, by=host, user=host, now=now)
    space_end(space=room, by=host, now=now)
    assert not AuditEntry.objects.exists()


def test_an_act_that_is_taken_back_leaves_nothing(room, host, outsider, now):
    def fails_after_it() -> None:
        with transaction.atomic():
            control.space_remove(space=room, by=host, user=outsider, now=now)
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        fails_after_it()
    assert not AuditEntry.objects.exists()
