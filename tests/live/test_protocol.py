"""The protocol's models, its golden schema and its page say the same."""

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any, get_args

import pytest
from pydantic import ValidationError

from rooms.live import protocol, schema
from rooms.live.commands import commands
from rooms.live.protocol import BadFrame, Close, check_server_frame, parse_client_frame

SPACE = "0193a0b0-0000-7000-8000-000000000000"
PAGE = (Path(__file__).parents[2] / "docs" / "protocol.md").read_text(encoding="utf-8")


def _types(union: Any) -> Iterator[str]:
    for part in get_args(union):
        if hasattr(part, "model_fields"):
            if "type" in part.model_fields:
                yield get_args(part.model_fields["type"].annotation)[0]
        else:
            yield from _types(part)


CLIENT_TYPES = sorted(set(_types(protocol.ClientFrame)))
SERVER_TYPES = sorted(set(_types(protocol.ServerFrame)))


def test_the_schema_on_disk_is_the_one_of_the_models() -> None:
    """`python -m rooms.live.schema` writes it anew."""
    assert schema.PATH.read_text(encoding="utf-8") == schema.as_text()


def test_every_command_is_carried_out_by_something() -> None:
    assert sorted([*commands(), "pong"]) == CLIENT_TYPES


@pytest.mark.parametrize("type", [*CLIENT_TYPES, *SERVER_TYPES])
def test_the_page_tells_of_every_frame(type: str) -> None:
    assert f"| `{type}` |" in PAGE


def test_the_page_tells_of_no_other_frame() -> None:
    tables = PAGE.split("### Errors")[0]
    told = {
        name
        for name in re.findall(r"^\| `([a-z_.]+)` \|", tables, re.MULTILINE)
        if "." in name or name in SERVER_TYPES
    }
    assert told <= {*CLIENT_TYPES, *SERVER_TYPES}


@pytest.mark.parametrize("code", sorted(value for name, value in vars(Close).items() if name.isupper()))
def test_the_page_tells_of_every_close_code(code: int) -> None:
    assert f"\n| {code} |" in PAGE


BAD: list[tuple[str, str, str | None]] = [
    ("", "frame.not_json", None),
    ("{", "frame.not_json", None),
    ("space.watch", "frame.not_json", None),
    ('{"type": "pong", "data": {"n": NaN}}', "frame.invalid", None),
    ('{"type":"space.watch","ref":"\\ud800","data":{"space":"x"}}', "frame.not_json", None),
    ("[" * 60_000, "frame.not_json", None),
    ('{"a":' * 10_000 + "1" + "}" * 10_000, "frame.not_json", None),
    ('{"type":"space.watch","ref":"1","data":' + "[" * 190 + "]" * 190 + "}", "frame.invalid", "1"),
    ("null", "frame.invalid", None),
    ("42", "frame.invalid", None),
    ('"space.watch"', "frame.invalid", None),
    ("[]", "frame.invalid", None),
    ("{}", "frame.unknown_type", None),
    ('{"ref":"7"}', "frame.unknown_type", "7"),
    ('{"type":"space.explode","ref":"7","data":{}}', "frame.unknown_type", "7"),
    ('{"type":null,"ref":"7","data":{}}', "frame.unknown_type", "7"),
    ('{"type":["space.watch"],"ref":"7","data":{}}', "frame.unknown_type", "7"),
    ('{"type":"welcome","ref":"7","data":{"user":null,"version":"1"}}', "frame.unknown_type", "7"),
    ('{"type":"space.watch","ref":"7"}', "frame.invalid", "7"),
    ('{"type":"space.watch","ref":"7","data":null}', "frame.invalid", "7"),
    ('{"type":"space.watch","ref":"7","data":{}}', "frame.invalid", "7"),
    ('{"type":"space.watch","ref":"7","data":{"space":7}}', "frame.invalid", "7"),
    ('{"type":"space.watch","ref":"7","data":{"space":"seven"}}', "frame.invalid", "7"),
    ('{"type":"space.watch","ref":"7","data":{"space":"$SPACE","extra":1}}', "frame.invalid", "7"),
    ('{"type":"space.watch","ref":"7","data":{"space":"$SPACE"},"extra":1}', "frame.invalid", "7"),
    ('{"type":"space.watch","data":{"space":"$SPACE"}}', "frame.invalid", None),
    ('{"type":"space.watch","ref":7,"data":{"space":"$SPACE"}}', "frame.invalid", None),
    ('{"type":"space.watch","ref":"","data":{"space":"$SPACE"}}', "frame.invalid", None),
    ('{"type":"space.watch","ref":"' + "r" * 65 + '","data":{"space":"$SPACE"}}', "frame.invalid", None),
    (
        '{"type":"space.present","ref":"7","data":{"space":"$SPACE","connection":""}}',
        "frame.invalid",
        "7",
    ),
    ('{"type":"space.present","ref":"7","data":{"space":"$SPACE","connection":7}}', "frame.invalid", "7"),
    ('{"type":"mic.set","ref":"7","data":{"space":"$SPACE","muted":"true"}}', "frame.invalid", "7"),
    ('{"type":"mic.set","ref":"7","data":{"space":"$SPACE","muted":1}}', "frame.invalid", "7"),
    ('{"type":"pong","data":{"n":"1"}}', "frame.invalid", None),
    ('{"type":"pong","data":{"n":1.5}}', "frame.invalid", None),
    ('{"type":"pong","data":{"n":-1}}', "frame.invalid", None),
    ('{"type":"pong","data":{"n":1e400}}', "frame.invalid", None),
    ('{"type":"pong","data":{"n":' + "9" * 4000 + "}}", "frame.invalid", None),
]


@pytest.mark.parametrize(("text", "code", "ref"), BAD, ids=[text[:50] for text, _, _ in BAD])
def test_what_is_no_frame_is_refused_with_a_code(text: str, code: str, ref: str | None) -> None:
    with pytest.raises(BadFrame) as refused:
        parse_client_frame(text.replace("$SPACE", SPACE))
    assert (refused.value.code, refused.value.ref) == (code, ref)
    assert refused.value.message


def test_frames_are_read_as_what_they_are() -> None:
    frame = parse_client_frame(f'{{"type":"mic.set","ref":"7","data":{{"space":"{SPACE}","muted":true}}}}')
    assert isinstance(frame, protocol.MicSet)
    assert (str(frame.data.space), frame.data.muted) == (SPACE, True)


@pytest.mark.parametrize(
    "text",
    [
        '{"type":"stage.muted","space":"$SPACE","seq":1,"data":{"user":7,"muted":true}}',
        '{"type":"stage.muted","space":"$SPACE","seq":0,"data":{"user":"7","muted":true}}',
        '{"type":"stage.muted","space":"$SPACE","data":{"user":"7","muted":true}}',
        '{"type":"stage.muted","space":"$SPACE","seq":1,"data":{"user":"7","muted":true,"by":"8"}}',
        '{"type":"space.tick","space":"$SPACE","data":{"listeners":-1,"seq":1}}',
        '{"type":"space.ended","space":"$SPACE","seq":1,"data":{"reason":"boredom","ended_at":"2026-01-01T00:00:00Z",'
        '"duration_seconds":1}}',
        '{"type":"reply","ref":"1","ok":true,"error":{"code":"x","message":"y"}}',
        '{"type":"hello"}',
    ],
)
def test_a_frame_that_the_protocol_does_not_have_is_not_sent(text: str) -> None:
    with pytest.raises(ValidationError):
        check_server_frame(text.replace("$SPACE", SPACE))
