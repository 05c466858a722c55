"""`manage.py api_codes docs/openapi.yaml --file docs/codes.md`: the codes of refusals, as a description has them."""

import re
from argparse import ArgumentParser
from pathlib import Path
from typing import Any

import yaml
from django.core.management.base import BaseCommand

_HEAD = """# Codes of refusals

Written by `make schema` from the description of the API, and checked by `make lint`. What holds for all of them:
[api.md](api.md). The socket has these and [some of its own](protocol.md#errors).

| code | status | what it says | operations |
| --- | --- | --- | --- |
"""
_SAID = re.compile(r"`(\S+)`: (.+)")
# More than so many are not named one by one.
_NAMED = 4


class Command(BaseCommand):
    """One row a code."""

    help = "Write the table of codes that a description of the API names."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """The description, and where the table goes."""
        parser.add_argument("description", type=Path)
        parser.add_argument("--file", type=Path, required=True)

    def handle(self, *args: Any, description: Path, file: Path, **options: Any) -> None:
        """Write it."""
        file.write_text(_HEAD + "".join(_rows(yaml.load(description.read_text(), Loader=yaml.CSafeLoader))))


def _rows(description: dict[str, Any]) -> list[str]:
    statuses: dict[str, set[str]] = {}
    words: dict[str, str] = {}
    names: dict[str, list[str]] = {}
    for methods in description["paths"].values():
        for operation in methods.values():
            for status, answer in operation["responses"].items():
                if status < "400":
                    continue
                shared = answer.get("$ref", "").rsplit("/", 1)[1:]
                answer = description["components"]["responses"][shared[0]] if shared else answer
                body = answer["content"]["application/json"]
                for code in body["schema"]["allOf"][1]["properties"]["code"]["enum"]:
                    statuses.setdefault(code, set()).add(status)
                    names.setdefault(code, []).append(operation["operationId"])
                words = dict(_SAID.findall(answer["description"])) | words
    return [
        _row(code, sorted(statuses[code]), words.get(code, ""), sorted(set(names[code])))
        for code in sorted(statuses)
    ]


def _row(code: str, statuses: list[str], words: str, names: list[str]) -> str:
    operations = ", ".join(f"`{name}`" for name in names) if len(names) <= _NAMED else f"{len(names)} of them"
    return f"| `{code}` | {' · '.join(statuses)} | {words.replace('|', '·')} | {operations} |\n"
