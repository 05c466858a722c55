"""The table of who of staff may do what: its page, Django's groups, and the refusal that is written down."""

import os
from pathlib import Path

import pytest
from django.contrib.auth.models import AnonymousUser, Group, Permission

from moderation.models import Act, AuditEntry
from moderation.permissions import (
    ADMINISTRATOR,
    ALLOWED,
    GROUPS,
    Right,
    groups_sync,
    is_allowed,
    model_permissions,
    require_staff,
    rights_of,
)
from spaces_project.lib.errors import NotAllowed
from tests.factories import UserFactory
from tests.staffing import staff_of

DOCS = Path(__file__).parents[2] / "docs" / "staff.md"


def staff_page() -> str:
    """`docs/staff.md`, as the table has it."""
    lines = [
        "# Who of staff may do what",
        "",
        "Printed from `moderation/permissions.py` by `tests/moderation/test_staff_permissions.py`: run it with `UPDATE_DOCS=1`",
        "after a change. Somebody is of staff by the mark *staff status* and a group; superusers count as administrators,",
        "staff without a group may nothing. What is above somebody's group is refused with `staff.not_allowed`, and",
        "the refusal is in the audit log. All of staff need a second factor for the admin (`SPACES_STAFF_MFA_REQUIRED`).",
        "Nobody decides about themselves, and an appeal is decided by somebody else than the first.",
        "",
        "| right | what | " + " | ".join(group.capitalize() for group in GROUPS) + " |",
        "| --- | --- |" + " --- |" * len(GROUPS),
    ]
    for needed, allowed in ALLOWED.items():
        cells = ["yes" if group in allowed else "–" for group in GROUPS]
        lines.append(f"| `{needed.value}` | {needed.label} | " + " | ".join(cells) + " |")
    return "\n".join(lines) + "\n"


def test_the_page_is_the_table():
    if os.environ.get("UPDATE_DOCS"):
        DOCS.write_text(staff_page())
    assert DOCS.read_text() == staff_page()


def test_every_act_and_right_is_in_the_table():
    assert set(ALLOWED) == {*Act, *Right}
    assert all(ADMINISTRATOR in allowed for allowed in ALLOWED.values())


@pytest.mark.django_db
class TestPeople:
    """Who is in what."""

    @pytest.mark.parametrize("group", GROUPS)
    def test_a_group_may_what_its_column_says(self, group):
        person = staff_of(group)
        expected = {needed for needed, allowed in ALLOWED.items() if group in allowed}
        assert rights_of(person) == expected
        for needed in ALLOWED:
            assert is_allowed(person, needed) == (needed in expected)

    def test_superusers_are_administrators_and_others_nothing(self, staff, host):
        assert rights_of(staff) == set(ALLOWED)
        assert rights_of(staff_of("")) == set()
        assert rights_of(AnonymousUser()) == set()
        # In the group, but not of staff (any more).
        host.groups.add(Group.objects.get(name="Moderator"))
        assert rights_of(host) == set()
        assert rights_of(UserFactory(is_superuser=True)) == set()
        assert rights_of(UserFactory(is_staff=True, is_superuser=True, is_active=False)) == set()

    def test_a_refusal_is_written_down(self, now):
        person = staff_of("support")
        require_staff(person, Act.WARN, now=now)
        assert not AuditEntry.objects.exists()
        with pytest.raises(NotAllowed) as refused:
            require_staff(person, "suspend", now=now)
        assert refused.value.code == "staff.not_allowed"
        entry = AuditEntry.objects.get()
        assert (entry.act, entry.actor_id, entry.target_kind) == ("staff.refused", person.pk, "right")
        assert entry.target_id == "suspend"


@pytest.mark.django_db
class TestGroups:
    """Django's groups follow the table."""

    @staticmethod
    def held(group: Group) -> set[str]:
        return {f"{one.content_type.app_label}.{one.codename}" for one in group.permissions.all()}

    @pytest.mark.parametrize("name", GROUPS)
    def test_what_is_named_exists_and_is_given(self, name):
        assert self.held(Group.objects.get(name=name.title())) == model_permissions(name)

    def test_what_was_changed_by_hand_is_put_right(self):
        group = Group.objects.get(name="Support")
        group.permissions.set(Permission.objects.filter(codename="delete_user"))
        Group.objects.get(name="Finance").delete()
        groups_sync()
        assert self.held(group) == model_permissions("support")
        assert Group.objects.filter(name="Finance").exists()

    def test_nobody_may_change_the_log_or_a_case(self):
        for name in GROUPS:
            given = {one for one in model_permissions(name) if one.startswith("moderation.")}
            assert all(".view_" in one for one in given)
