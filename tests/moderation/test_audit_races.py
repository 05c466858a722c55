"""Two who seal at the same moment make one chain."""

from datetime import UTC, datetime

import pytest

from moderation.models import AuditSeal
from moderation.services.audit import audit_seal, audit_verify
from spaces_project.lib import audit
from tests.rooms.racing import at_once

pytestmark = [pytest.mark.postgres, pytest.mark.django_db(transaction=True)]


def test_two_sealers_at_once(host):
    now = datetime.now(UTC)
    for round_ in range(5):
        for _ in range(40):
            audit.record(act="space.mute", by=host, now=now)
        sealed = at_once(*[lambda: audit_seal(now=now)] * 4)
        assert all(isinstance(count, int) for count in sealed), sealed
        audit_seal(now=now)
        assert AuditSeal.objects.count() == 40 * (round_ + 1)
    assert audit_verify(now=now) == []
