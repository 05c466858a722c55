"""Whoever is followed by an import is told, once, by a worker."""

from typing import Any

import pytest

from accounts.services import follow, follows_import, unfollow
from social import receivers
from social.models import Kind, Notification
from social.tasks import new_follower_of_many
from tests.factories import UserFactory

pytestmark = pytest.mark.django_db


def test_everybody_is_told_once(listener, now):
    people = UserFactory.create_batch(5)
    follow(follower=listener, followee=people[0], now=now)
    follows_import(follower=listener, handles=[person.handle for person in people], now=now)
    unfollow(follower=listener, followee=people[4])
    for _ in range(2):
        new_follower_of_many(listener.pk, [person.pk for person in people])
    told = Notification.objects.filter(kind=Kind.FOLLOWER, actor=listener)
    assert sorted(told.values_list("user_id", flat=True)) == sorted(person.pk for person in people[:4])
    assert set(told.values_list("key", flat=True)) == {f"follower:{listener.pk}"}


def test_a_worker_does_it(
    listener, host, speaker, now, monkeypatch: pytest.MonkeyPatch, django_capture_on_commit_callbacks: Any
):
    enqueued: list[tuple[Any, ...]] = []
    monkeypatch.setattr(receivers, "enqueue", lambda *task: enqueued.append(task))
    with django_capture_on_commit_callbacks(execute=True):
        follows_import(follower=listener, handles=[host.handle, speaker.handle], now=now)
    ids = sorted([host.pk, speaker.pk])
    assert enqueued == [("social.tasks.new_follower_of_many", listener.pk, ids)]
    assert not Notification.objects.exists()
