"""Prints the protocol as JSON schema: `python -m rooms.live.schema` writes docs/protocol.schema.json."""

import json
from pathlib import Path
from typing import Any

from pydantic import TypeAdapter

from rooms.live.protocol import CLIENT_FRAMES, PROTOCOL_VERSION, SERVER_FRAMES

PATH = Path(__file__).resolve().parent.parent.parent / "docs" / "protocol.schema.json"


def protocol_schema() -> dict[str, Any]:
    """The schema: `properties.client` describes a frame from the client, `properties.server` one from the server."""
    frames, definitions = TypeAdapter.json_schemas(
        [("client", "validation", CLIENT_FRAMES), ("server", "validation", SERVER_FRAMES)]
    )
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": "Spaces websocket protocol",
        "version": PROTOCOL_VERSION,
        "properties": {name: frames[name, "validation"] for name in ("client", "server")},
        "$defs": definitions["$defs"],
    }


def as_text() -> str:
    """The schema as the file holds it."""
    return json.dumps(protocol_schema(), indent=1, ensure_ascii=False, sort_keys=True) + "\n"


if __name__ == "__main__":
    PATH.write_text(as_text(), encoding="utf-8")
