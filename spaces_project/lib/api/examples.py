"""An example of each input and answer in the description, made from its schema.

What a field is called says mostly what stands in it; where the name tells nothing, type and bounds do. A serializer that
gives examples of its own (`extend_schema_serializer`) keeps them.
"""

from typing import Any

Schema = dict[str, Any]

_ID = "01990a6e-5c3f-7a11-9c2e-3f1d5a7b9e10"
_FORMATS = {
    "uuid": _ID,
    "date-time": "2026-05-01T18:00:00Z",
    "date": "2026-05-01",
    "uri": "https://spaces.example/spaces/" + _ID + "/",
    "email": "ada@example.org",
    "binary": "(the bytes of the file)",
    "time": "18:00",
}
_NAMES: dict[str, Any] = {
    "id": "41",
    "handle": "ada_l",
    "name": "Ada Lovelace",
    "title": "Morning voices",
    "description": "What the day brings, and who is up already.",
    "bio": "Counts, mostly.",
    "text": "Good morning to all of you.",
    "message": "Well said.",
    "caption": "The best half minute of it.",
    "words": "They read out somebody's address.",
    "pitch": "I was there.",
    "rules": "Be kind.",
    "slug": "music",
    "topics": ["music"],
    "language": "en",
    "time_zone": "Europe/Lisbon",
    "scheduled_at": "2026-05-01T18:00:00Z",
    "picture": "https://spaces.example/media/pictures/ada.webp",
    "currency": "usd",
    "amount": 500,
    "price": "$5.00",
    "url": "https://spaces.example/spaces/" + _ID + "/",
    "endpoint": "https://push.example/send/4f2a",
    "p256dh": "BNcRdreALRFXTkOOUHK1EtK2wtaz5Ry4YfYCA_0QTpQtUbVlUls0VJXg7A8u-Ts1XbjhazAkj7I99e8QcYP7DkM",
    "auth": "tBHItJI5svbpez7KI4CCXg",
    "token": "eyJhbGciOiJIUzI1NiJ9.e30.c2lnbmF0dXJl",
    "ticket": "4Yp0m8dXn2",
    "connection": "b2f1c7",
    "room": "01990a6e",
    "identity": "41",
    "role": "speaker",
    "state": "live",
    "by": "41",
    "user": "41",
    "up_to": "41",
    "can": ["audio.listen", "space.react"],
    "scopes": ["read", "rooms"],
    "kinds": ["space.started"],
    "blocked_words": ["spam", "buy*"],
    "events": ["space.started"],
    "space": _ID,
    "space_id": _ID,
    "query": "morning",
    "handles": ["ada_l", "grace_h"],
    "expires_at": "2026-05-01T18:01:30Z",
    "code": "space.ended",
}
_DEEP = 8


def add_examples(result: Schema, generator: Any, request: Any, public: bool) -> Schema:
    """Hook of drf-spectacular: gives each body of each operation its example, and each refusal one of its codes."""
    schemas = result["components"].get("schemas", {})
    examples: Schema = {}
    for methods in result["paths"].values():
        for operation in methods.values():
            bodies = [operation.get("requestBody", {}), *operation["responses"].values()]
            for media in (media for body in bodies for media in body.get("content", {}).values()):
                if "example" not in media and "examples" not in media and "schema" in media:
                    _give(media, schemas, examples)
    result["components"]["examples"] = dict(sorted(examples.items()))
    return result


def _give(media: Schema, schemas: Schema, examples: Schema) -> None:
    reference = media["schema"].get("$ref")
    if not reference:
        media["example"] = example_of(media["schema"], schemas)
        return
    name = reference.rsplit("/", 1)[1]
    examples.setdefault(name, {"value": example_of(media["schema"], schemas)})
    media["examples"] = {"example": {"$ref": f"#/components/examples/{name}"}}


def example_of(schema: Schema, schemas: Schema, name: str = "", depth: int = 0) -> Any:
    """Return a value that `schema` (of a field called `name`) allows; `schemas` are those it may refer to."""
    if "$ref" in schema:
        return example_of(schemas[schema["$ref"].rsplit("/", 1)[1]], schemas, name, depth)
    if "example" in schema:
        return schema["example"]
    for word in ("oneOf", "anyOf"):
        if word in schema:
            return example_of(_first_not_null(schema[word]), schemas, name, depth)
    if "allOf" in schema:
        parts = [example_of(part, schemas, name, depth) for part in schema["allOf"]]
        return (
            parts[0] if not isinstance(parts[0], dict) else {key: part[key] for part in parts for key in part}
        )
    if "const" in schema:
        return schema["const"]
    if "enum" in schema:
        named = _NAMES.get(name)
        return named if named in schema["enum"] else _first(schema["enum"])
    kinds = schema.get("type", "object" if "properties" in schema else "")
    kind = next((one for one in kinds if one != "null"), "null") if isinstance(kinds, list) else kinds
    return _MAKERS.get(kind, lambda *_: None)(schema, schemas, name, depth)


def _first(values: list[Any]) -> Any:
    return next((value for value in values if value not in ("", None)), values[0])


def _first_not_null(schemas: list[Schema]) -> Schema:
    return next(
        (one for one in schemas if one.get("type") != "null" and one.get("enum") not in ([None], [""])),
        schemas[0],
    )


def _text(schema: Schema, schemas: Schema, name: str, depth: int) -> str:
    named = _NAMES.get(name)
    made = (
        named
        if isinstance(named, str) and "format" not in schema
        else _FORMATS.get(schema.get("format", ""), named)
    )
    if not isinstance(made, str):
        made = str(schema.get("default") or "a text")
    made = made.ljust(schema.get("minLength", 0), ".")
    return made[: schema.get("maxLength", len(made))]


def _number(schema: Schema, schemas: Schema, name: str, depth: int) -> int:
    named = _NAMES.get(name)
    made: int = named if isinstance(named, int) else schema.get("default") or 3
    return int(max(schema.get("minimum", made), min(schema.get("maximum", made), made)))


def _truth(schema: Schema, schemas: Schema, name: str, depth: int) -> bool:
    return bool(schema.get("default", False))


def _list(schema: Schema, schemas: Schema, name: str, depth: int) -> list[Any]:
    named = _NAMES.get(name)
    if isinstance(named, list) and schema.get("items", {}).get("type") == "string":
        return named
    return (
        []
        if depth >= _DEEP
        else [example_of(schema.get("items", {}), schemas, name.removesuffix("s"), depth + 1)]
    )


def _object(schema: Schema, schemas: Schema, name: str, depth: int) -> Schema:
    made = {
        key: example_of(part, schemas, key, depth + 1)
        for key, part in schema.get("properties", {}).items()
        if depth < _DEEP or key in schema.get("required", ())
    }
    if "slug" in made and "name" in made:
        made["name"] = made["slug"].title()
    others = schema.get("additionalProperties")
    if isinstance(others, dict) and others and not made:
        made["key"] = example_of(others, schemas, "", depth + 1)
    return made


_MAKERS = {
    "string": _text,
    "integer": _number,
    "number": _number,
    "boolean": _truth,
    "array": _list,
    "object": _object,
}
