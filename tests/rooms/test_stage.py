"""What people on stage do, and the permission table."""

import os
from pathlib import Path

import pytest

from rooms.errors import SpaceEnded
from rooms.models import Participation, Role
from rooms.permissions import ALLOWED, MAY_ACT_ON, Action, may, require
from rooms.services.lifecycle import space_end
from rooms.services.stage import mic_set
from spaces_project.lib.errors import NotAllowed

DOCS = Path(__file__).parents[2] / "docs" / "permissions.md"


@pytest.mark.django_db
@pytest.mark.usefixtures("no_audio")
class TestMic:
    """Muting oneself."""

    def test_the_others_are_told_once(self, space, host, at, committed, sent):
        for _ in range(2):
            with committed():
                mic_set(space=space, user=host, muted=False, now=at(5))
        assert sent.of("stage.muted") == [{"user": str(host.pk), "muted": False, "by_host": False}]
        assert not Participation.objects.get(user=host).muted

    def test_listeners_have_no_microphone(self, space, listener, outsider, join, at):
        join(space, listener)
        for person in (listener, outsider):
            with pytest.raises(NotAllowed) as refused:
                mic_set(space=space, user=person, muted=False, now=at(5))
            assert refused.value.code == "space.not_on_stage"

    def test_not_after_the_end(self, space, host, at):
        space_end(space=space, by=host, now=at(5))
        with pytest.raises(SpaceEnded):
            mic_set(space=space, user=host, muted=False, now=at(6))


@pytest.mark.parametrize("action", list(Action))
@pytest.mark.parametrize("role", list(Role))
def test_every_cell_of_the_table(action, role, now):
    participation = Participation(role=role)
    assert may(participation, action) == (role in ALLOWED[action])
    removed = Participation(role=role, removed_at=now)
    assert not may(removed, action)
    assert not may(None, action)
    if role in ALLOWED[action]:
        require(participation, action)
    else:
        with pytest.raises(NotAllowed):
            require(participation, action)


def permissions_page() -> str:
    """`docs/permissions.md`, as the table has it."""
    head = "| action | " + " | ".join(str(role.label) for role in Role) + " |"
    rule = "| --- |" + " --- |" * len(Role)
    rows = [
        f"| `{action}` | " + " | ".join("yes" if role in ALLOWED[action] else "–" for role in Role) + " |"
        for action in Action
    ]
    words = (
        "# Who may do what in a live Space\n\n"
        "Printed from `rooms/permissions.py` by `tests/rooms/test_stage.py`: run it with `UPDATE_DOCS=1` after a change.\n"
        "People who were removed and people outside may do none of it, but say no to an invitation. Once a Space has ended,\n"
        "nothing is done in it (`space.ended`); `space.insights` is read then, too. `stage.invite_cohost` is\n"
        "`stage.invite` with the role `cohost`; whoever wrote a message may delete it.\n\n"
    )
    over = (
        "\n## On whom\n\nActs on somebody: by whom, on whom. What is missing is refused with `space.above_your_role`.\n\n"
        "| action | by | on |\n| --- | --- | --- |\n"
    )
    rows_over = [
        f"| `{action}` | {by.label} | " + ", ".join(str(role.label) for role in Role if role in on) + " |"
        for action, table in MAY_ACT_ON.items()
        for by, on in table.items()
    ]
    return words + "\n".join([head, rule, *rows]) + "\n" + over + "\n".join(rows_over) + "\n"


def test_the_docs_show_the_table():
    if os.environ.get("UPDATE_DOCS"):
        DOCS.write_text(permissions_page())
    assert DOCS.read_text() == permissions_page()
