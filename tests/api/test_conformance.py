"""Whatever is sent to an operation, it answers as its description says, and never with a fault of the server."""

import os
from collections.abc import Iterator
from functools import cache
from typing import Any

import pytest
import requests
import schemathesis
from django.db import transaction
from hypothesis import HealthCheck, Phase, given, settings, strategies
from schemathesis import GenerationMode
from schemathesis.checks import not_a_server_error
from schemathesis.core.failures import FailureGroup
from schemathesis.core.transport import Response
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    response_headers_conformance,
    response_schema_conformance,
    status_code_conformance,
)

from tests.accounts.test_schema import description
from tests.api.world import furnished

CHECKS = [
    not_a_server_error,
    status_code_conformance,
    content_type_conformance,
    response_headers_conformance,
    response_schema_conformance,
]
# Of each operation, for who is signed in and who is not. More of them for once: API_EXAMPLES=20.
EXAMPLES = {"the_host": 2, "nobody": 1}


@cache
def operations() -> list[Any]:
    """Every operation of the description, as Schemathesis has it."""
    schema = schemathesis.openapi.from_dict(description())
    return [found.ok() for found in schema.get_all_operations()]


def problems_of(operation: Any, client: Any, known: dict[str, list[Any]], examples: int) -> Iterator[str]:
    """What is wrong with the answers to examples of all kinds; each leaves things as they were."""
    good, bad = (operation.as_strategy(mode) for mode in (GenerationMode.POSITIVE, GenerationMode.NEGATIVE))
    takes = operation.body or operation.query or operation.path_parameters
    found: dict[str, None] = {}

    @settings(
        max_examples=examples,
        derandomize=True,
        database=None,
        deadline=None,
        phases=[Phase.generate],
        suppress_health_check=list(HealthCheck),
    )
    @given(case=good | bad if takes else good, data=strategies.data())
    def ask(case: Any, data: strategies.DataObject) -> None:
        for name in case.path_parameters or {}:
            if options := known.get(name):
                case.path_parameters[name] = data.draw(strategies.sampled_from(options))
        try:
            with transaction.atomic():
                answer = answered(client, case)
                transaction.set_rollback(True)
            case.validate_response(answer, checks=CHECKS)
        except (FailureGroup, AssertionError) as problem:
            found[f"{operation.label}: {problem}"] = None

    ask()
    yield from found


def answered(client: Any, case: Any) -> Response:
    """Send an example through Django's own client."""
    sent = requests.Request(**case.as_transport_kwargs(base_url="http://testserver")).prepare()
    headers = {
        name: value for name, value in sent.headers.items() if name not in ("Cookie", "Content-Length")
    }
    body = sent.body.encode() if isinstance(sent.body, str) else sent.body or b""
    try:
        answer = client.generic(
            case.method, sent.path_url, body, content_type=headers.pop("Content-Type", ""), headers=headers
        )
    except Exception as error:
        raise AssertionError(f"{case.method} {sent.path_url} {body!r} broke: {error!r}") from error
    content = b"".join(answer.streaming_content) if answer.streaming else answer.content
    got = {name.lower(): [value] for name, value in answer.items()}
    return Response(answer.status_code, got, content, sent, elapsed=0, verify=False)


@pytest.fixture(autouse=True)
def no_limits(settings: Any) -> None:
    """Nothing is too often."""
    settings.LIMITS = {
        name: limit._replace(account=None, new_account=None, address=None)
        for name, limit in settings.LIMITS.items()
    }


@pytest.mark.parametrize("who", ["the_host", "nobody"])
@pytest.mark.usefixtures("livekit_server")
@pytest.mark.livekit
@pytest.mark.timeout(600)
def test_every_operation_answers_as_described(api, stripe_server, host, listener, who):
    known = furnished(api, stripe_server, host, listener)
    client = api(host if who == "the_host" else None)
    count = int(os.environ.get("API_EXAMPLES", EXAMPLES[who]))
    problems = [
        problem for operation in operations() for problem in problems_of(operation, client, known, count)
    ]
    assert not problems, f"{len(problems)} answers are not as described:\n" + "\n\n".join(problems)
