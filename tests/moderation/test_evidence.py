"""Evidence: what is kept of each kind of thing, for how long, and who looked at it."""

from datetime import timedelta

import pytest
from django.contrib.auth.models import Group

from accounts.services import person_block
from moderation.models import Act, Appeal, AuditEntry, Case, Decision, Evidence, EvidenceAccess
from moderation.services.evidence import evidence_purge, evidence_read, evidence_release, evidence_take
from moderation.services.reports import report_create
from rooms.models import Pin, RoomMessage
from rooms.services.messages import message_delete
from social.models import Conversation, ConversationSide, DirectMessage, Post
from social.services.posts import post_create
from spaces_project.lib.caller import called_by
from spaces_project.lib.errors import NotAllowed
from tests.factories import UserFactory

pytestmark = pytest.mark.usefixtures("no_audio")


@pytest.fixture
def taken(outsider, now):
    """`taken(kind, id)`: the pieces of evidence of a new report, by their names."""

    def report(kind, subject_id, *, reporter=outsider, later=now):
        made = report_create(
            reporter=reporter, subject_kind=kind, subject_id=str(subject_id), category="hate", now=later
        )
        return {piece.kind: piece.data for piece in Evidence.objects.filter(case=made.case).order_by("pk")}

    return report


def written(space, author, how_many, now):
    """So many messages in the Space, the first first."""
    RoomMessage.objects.bulk_create(
        RoomMessage(space=space, author=author, text=f"No {number}", created_at=now)
        for number in range(how_many)
    )
    return list(RoomMessage.objects.filter(space=space).order_by("pk"))


def test_of_a_space(space, host, listener, outsider, join, committed, taken, now):
    join(space, listener)
    Pin.objects.create(space=space, url="https://example.com/", title="Read this", by=host)
    messages = written(space, listener, 53, now)
    with committed():
        message_delete(space=space, by=host, message_id=messages[-1].pk, now=now)

    evidence = taken("space", space.pk)

    seen = evidence["space"]
    assert (seen["title"], seen["host"]["handle"], seen["rules"]) == (space.title, host.handle, space.rules)
    assert [(one["handle"], one["role"]) for one in seen["stage"]] == [(host.handle, "host")]
    assert seen["listeners"] == 1
    assert [pin["url"] for pin in seen["pins"]] == ["https://example.com/"]
    kept = evidence["messages"]["messages"]
    assert [one["id"] for one in kept] == [str(one.pk) for one in messages[3:]]
    assert kept[-1]["text"] == "No 52"
    assert kept[-1]["deleted_at"] == now.isoformat()
    assert kept[-1]["deleted_by"]["handle"] == host.handle
    assert kept[0]["deleted_at"] is None


def test_of_a_person(space, host, taken, now):
    type(host).objects.filter(pk=host.pk).update(bio="I host", follower_count=7)
    Post.objects.bulk_create(Post(author=host, text=f"No {n}", created_at=now) for n in range(22))
    evidence = taken("person", host.pk)
    seen = evidence["person"]
    assert (seen["handle"], seen["bio"], seen["followers"], seen["picture"]) == (host.handle, "I host", 7, "")
    assert (seen["space"]["id"], seen["space"]["role"]) == (str(space.pk), "host")
    assert [one["text"] for one in evidence["posts"]["posts"]] == [f"No {n}" for n in range(21, 1, -1)]


def test_of_somebody_who_is_nowhere_and_says_nothing(speaker, taken):
    evidence = taken("person", speaker.pk)
    assert list(evidence) == ["person"]
    assert evidence["person"]["space"] is None


def test_of_a_message_in_a_space(space, listener, taken, now):
    messages = written(space, listener, 30, now)
    evidence = taken("room_message", messages[14].pk)
    assert [one["id"] for one in evidence["messages"]["messages"]] == [str(one.pk) for one in messages[4:25]]
    assert evidence["space"]["title"] == space.title


def conversation(one, other, how_many, now):
    """What two people have written to each other."""
    low, high = sorted((one, other), key=lambda user: user.pk)
    made = Conversation.objects.create(low=low, high=high)
    ConversationSide.objects.create(conversation=made, user=one, other=other)
    ConversationSide.objects.create(conversation=made, user=other, other=one)
    DirectMessage.objects.bulk_create(
        DirectMessage(conversation=made, author=(one, other)[n % 2], text=f"No {n}", created_at=now)
        for n in range(how_many)
    )
    return list(DirectMessage.objects.filter(conversation=made).order_by("pk"))


def test_of_a_direct_message_only_its_conversation(speaker, outsider, listener, taken, now):
    conversation(speaker, listener, 5, now)
    messages = conversation(speaker, outsider, 30, now)
    conversation(outsider, listener, 5, now)
    kept = taken("direct_message", messages[20].pk)["messages"]["messages"]
    assert [one["id"] for one in kept] == [str(one.pk) for one in messages[10:]]
    assert {one["author"]["handle"] for one in kept} == {speaker.handle, outsider.handle}


def test_of_a_post(speaker, host, taken, now):
    above = post_create(author=host, text="Above", now=now)
    post = post_create(author=speaker, text="Below", parent=above, now=now)
    post_create(author=host, text="Answer", parent=post, now=now)
    seen = taken("post", post.pk)["post"]
    assert (seen["text"], seen["replies"], seen["author"]["handle"]) == ("Below", 1, speaker.handle)
    assert (seen["parent"]["text"], seen["parent"]["author"]["handle"]) == ("Above", host.handle)


def test_it_stays_as_it_was_and_is_taken_again_later(speaker, taken, settings, now, at):
    wait = settings.SPACES_EVIDENCE_AGAIN_MINUTES * 60
    taken("person", speaker.pk)
    type(speaker).objects.filter(pk=speaker.pk).update(bio="Innocent")
    bios = []
    for second in (0, wait - 1, wait, wait + 1):
        taken("person", speaker.pk, reporter=UserFactory(), later=at(second))
        bios.append([piece.data["bio"] for piece in Evidence.objects.order_by("pk")])
    assert bios == [[""], [""], ["", "Innocent"], ["", "Innocent"]]


def test_the_same_person_has_it_taken_once(speaker, taken, at):
    taken("person", speaker.pk)
    taken("person", speaker.pk, later=at(86_400))
    assert Evidence.objects.count() == 1


def test_it_is_taken_so_often_at_most(speaker, taken, settings, at):
    for number in range(settings.SPACES_EVIDENCE_TAKES_MAX + 3):
        taken("person", speaker.pk, reporter=UserFactory(), later=at(number * 3600))
    assert Evidence.objects.count() == settings.SPACES_EVIDENCE_TAKES_MAX


def test_a_later_part_adds_its_own(speaker, taken, settings):
    settings.EVIDENCE_TAKERS = {"person": {"captions": "tests.moderation.test_evidence.captions"}}
    assert taken("person", speaker.pk) == {"captions": {"said": speaker.handle}}


def captions(case):
    """A taker of another part."""
    return {"said": case.person.handle}


def days(number):
    """So many days."""
    return timedelta(days=number)


@pytest.fixture
def case(speaker, taken):
    """Somebody was reported `now`."""
    taken("person", speaker.pk)
    return Case.objects.get()


def close(case, moment):
    """As decisions do it."""
    Case.objects.filter(pk=case.pk).update(state=Case.State.CLOSED, closed_at=moment)


def last_day():
    """Until when the one piece is kept."""
    return Evidence.objects.get().delete_after


def test_while_open_it_is_kept_up_to_the_limit(case, now):
    assert evidence_purge(now=now + days(119)) == 0
    assert last_day() == now + days(120)
    assert evidence_purge(now=now + days(120)) == 1
    assert Case.objects.filter(pk=case.pk).exists()


def test_once_closed_it_is_kept_so_long(case, now):
    close(case, now + days(40))
    assert evidence_release(Case.objects.filter(pk=case.pk), now=now + days(40)) == 1
    assert last_day() == now + days(70)
    assert evidence_purge(now=now + days(70) - timedelta(seconds=1)) == 0
    assert evidence_purge(now=now + days(70)) == 1


def test_whoever_closed_it_the_task_finds_it(case, now):
    close(case, now + days(1))
    assert evidence_purge(now=now + days(2)) == 0
    assert last_day() == now + days(31)


def test_closing_late_does_not_keep_it_longer(case, now):
    close(case, now + days(110))
    assert evidence_release(now=now + days(110)) == 0
    assert last_day() == now + days(120)


def test_releasing_is_for_the_cases_that_are_named(case, listener, taken, now):
    taken("person", listener.pk)
    for one in Case.objects.all():
        close(one, now)
    assert evidence_release(Case.objects.exclude(pk=case.pk), now=now) == 1
    assert Evidence.objects.get(case=case).delete_after == now + days(120)


def test_an_appeal_that_waits_keeps_it(case, speaker, now):
    close(case, now)
    evidence_release(now=now)
    decision = Decision.objects.create(case=case, act=Act.WARN, person=speaker, reason="Rude")
    appeal = Appeal.objects.create(decision=decision, words="Why?")
    assert evidence_purge(now=now + days(60)) == 0
    assert evidence_purge(now=now + days(119)) == 0
    appeal.state, appeal.decided_at = Appeal.State.UPHELD, now
    appeal.save()
    assert evidence_purge(now=now + days(60)) == 1


def test_no_appeal_keeps_it_beyond_the_limit(case, speaker, now):
    close(case, now)
    decision = Decision.objects.create(case=case, act=Act.WARN, person=speaker, reason="Rude")
    Appeal.objects.create(decision=decision, words="Why?")
    assert evidence_purge(now=now + days(120)) == 1


def test_a_decision_without_a_case_keeps_nothing_and_hinders_nothing(case, speaker, now):
    decision = Decision.objects.create(act=Act.WARN, person=speaker, reason="Rude")
    Appeal.objects.create(decision=decision, words="Why?")
    close(case, now)
    assert evidence_purge(now=now + days(30)) == 1


def test_many_are_deleted_in_batches(case, now, monkeypatch):
    monkeypatch.setattr("moderation.services.evidence._BATCH", 3)
    for number in range(7):
        evidence_take(case, now=now - days(200 + number))
    assert evidence_purge(now=now) == 7
    assert Evidence.objects.count() == 1


def test_looking_at_it_is_written_down(case, now, django_user_model):
    moderator = UserFactory(is_staff=True)
    moderator.groups.add(Group.objects.get_or_create(name="Moderator")[0])
    with called_by("admin", "192.0.2.7"):
        pieces = evidence_read(case=case, by=moderator, now=now)
    assert [piece.kind for piece in pieces] == ["person"]
    access = EvidenceAccess.objects.get()
    assert (access.case, access.by, access.at, access.address) == (case, moderator, now, "192.0.2.7")
    entry = AuditEntry.objects.get(act="evidence.read")
    assert (entry.actor_id, entry.target_kind, entry.target_id) == (moderator.pk, "case", str(case.pk))


@pytest.mark.parametrize("group", [None, "Support", "Finance"])
def test_others_may_not_look(group, case, now):
    somebody = UserFactory(is_staff=group is not None)
    if group:
        somebody.groups.add(Group.objects.get_or_create(name=group)[0])
    with pytest.raises(NotAllowed) as refused:
        evidence_read(case=case, by=somebody, now=now)
    assert refused.value.code == "staff.not_allowed"
    assert not EvidenceAccess.objects.exists()
    assert AuditEntry.objects.filter(act="staff.refused", actor_id=somebody.pk).count() == 1


def test_what_was_seen_stays_when_they_block_the_reporter(speaker, outsider, taken, committed, now):
    taken("person", speaker.pk)
    with committed():
        person_block(owner=speaker, person=outsider, now=now)
    assert Evidence.objects.get().data["handle"] == speaker.handle
