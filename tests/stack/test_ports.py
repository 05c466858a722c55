"""A taken port is named before anything starts."""

import socket
from collections.abc import Callable

import pytest

from stack.config import Config
from stack.ports import free_port, taken
from stack.say import StackError
from tests.stack.conftest import Started


def test_taken_port_is_named_before_anything_starts(stack_run: Callable[..., Started]) -> None:
    with socket.create_server(("127.0.0.1", free_port())) as other:
        port = other.getsockname()[1]
        run = stack_run(PORT=str(port))
        assert run.process.wait(timeout=30) == 1
    assert run.output().strip() == (
        f"Port {port} is taken by another program: set PORT to another one, e.g. PORT={port + 1} make run"
    )


def test_port_taken_on_all_addresses_counts_too() -> None:
    with socket.create_server(("0.0.0.0", free_port())) as other:
        assert taken(other.getsockname()[1])


def test_taken_udp_port_is_found() -> None:
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as other:
        other.bind(("127.0.0.1", free_port()))
        assert taken(other.getsockname()[1], udp=True)


def test_two_callers_never_get_the_same_port() -> None:
    assert len({free_port() for _ in range(50)}) == 50


def test_same_port_asked_for_twice_is_named() -> None:
    port = str(free_port())
    with pytest.raises(StackError, match=f"PORT and LIVEKIT_PORT are both {port}"):
        Config.read({"PORT": port, "LIVEKIT_PORT": port, "REDIS_URL": "redis://elsewhere"}).check_ports()


@pytest.mark.parametrize("value", ["eight", "0", "65536", "-1"])
def test_what_is_no_port_number_is_refused_with_its_name(value: str) -> None:
    with pytest.raises(StackError, match="REDIS_PORT is"):
        Config.read({"REDIS_PORT": value})
