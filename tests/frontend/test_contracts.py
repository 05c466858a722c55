"""What the browser code repeats of the server's tables says the same."""

import json
import re

from django.conf import settings

from rooms.permissions import MAY_ACT_ON
from stack import paths

SOURCE = paths.FRONTEND / "src"


def test_who_may_be_acted_on_is_the_servers_table() -> None:
    said = json.loads((SOURCE / "may-act-on.json").read_text())
    table = {
        action.value: {by.value: sorted(role.value for role in on) for by, on in rows.items()}
        for action, rows in MAY_ACT_ON.items()
    }
    assert {action: {by: sorted(on) for by, on in rows.items()} for action, rows in said.items()} == table


def test_the_tray_offers_every_reaction_and_no_other() -> None:
    offered = re.findall(r'kind: "([^"]+)"', (SOURCE / "room/reactions.ts").read_text())
    assert sorted(offered) == sorted(settings.SPACES_REACTIONS)


def test_limits_are_those_of_the_settings() -> None:
    limits = {
        ("view/hand.ts", "PITCH_MAX"): settings.SPACES_PITCH_MAX_LENGTH,
        ("view/space-settings.ts", "TITLE_MAX"): settings.SPACES_TITLE_MAX_LENGTH,
        ("view/space-settings.ts", "RULES_MAX"): settings.SPACES_RULES_MAX_LENGTH,
        ("view/pins.ts", "PINS_MOST"): settings.SPACES_PINS_MAX,
        ("room/chat-state.ts", "MESSAGE_MAX"): settings.SPACES_MESSAGE_MAX_LENGTH,
    }
    for (file, name), value in limits.items():
        found = re.search(rf"const {name} = (\d+);", (SOURCE / file).read_text())
        assert found is not None, (file, name)
        assert int(found[1]) == value, (file, name)
