"""The process of one engine: `python -m recordings.engines.host LOAD OPTIONS`.

`LOAD` is the dotted path of the function that makes the engine, `OPTIONS` its arguments as a JSON object. Requests come over
standard input: a letter, a length (four bytes, big-endian) and so many bytes. B begins an utterance, A is sound of it; P asks
for what it seems to be, E ends it and asks for what it is: both are answered with a length and UTF-8. The first answer, an
empty one, says that the engine is loaded. It ends with its input, so that it never outlives whoever started it.
"""

import json
import os
import sys
from importlib import import_module
from typing import BinaryIO

from recordings.engines.base import Engine

LENGTH_BYTES = 4
# Sound that somebody listens to comes before what is made of it.
_NICE = 5


def main(load: str, options: str) -> None:
    """Serve the engine until standard input ends."""
    os.nice(_NICE)
    module, _, name = load.rpartition(".")
    engine = getattr(import_module(module), name)(**json.loads(options))
    # What a library prints must not come between the answers.
    answers = os.fdopen(os.dup(sys.stdout.fileno()), "wb")
    os.dup2(sys.stderr.fileno(), sys.stdout.fileno())
    _answer(answers, "")
    _serve(engine, sys.stdin.buffer, answers)


def _serve(engine: Engine, requests: BinaryIO, answers: BinaryIO) -> None:
    while head := requests.read(1 + LENGTH_BYTES):
        body = requests.read(int.from_bytes(head[1:]))
        match head[:1]:
            case b"B":
                engine.begin()
            case b"A":
                engine.hear(body)
            case b"P":
                _answer(answers, engine.partial())
            case b"E":
                _answer(answers, engine.end())


def _answer(answers: BinaryIO, text: str) -> None:
    told = text.encode()
    answers.write(len(told).to_bytes(LENGTH_BYTES) + told)
    answers.flush()


if __name__ == "__main__":
    main(*sys.argv[1:])
