"""Which refusals can come out of a view: read from the code of what it calls.

The description of the API names the codes of each operation (schema.py). Written by hand beside each of them they would
soon be wrong; so they are read from the source: from a view's method along the functions that it names, to each
SpacesError that one of them names, with the doors that a lower app asks through settings (`SPACE_ENTRY_GATES`), and the
errors that an object names as its `refusals` (rooms.permissions.Action). What a caller catches is left out. What is reached
through an object alone is not seen, nor a code that is chosen while running: the description of the operation says it in
words ("409 `stage.full`"), which are read as well.
"""

import ast
import inspect
import re
import textwrap
from collections.abc import Callable, Iterator
from enum import EnumType
from functools import cache
from pathlib import Path
from types import FunctionType, ModuleType
from typing import Any, NamedTuple

from django.conf import settings
from django.utils.module_loading import import_string

from spaces_project.lib.errors import SpacesError

# Names of what refuses beside the services: DRF's own translation is no part of any operation.
_APART = {"spaces_project.lib.api.errors"}
_WORDS = re.compile(
    r"\b([45]\d\d)\b|`([a-z_]+\.[a-z_]+|invalid|too_many|not_found|reauthentication_required)`"
)

Refusals = dict[tuple[int, str], str]


def refusals_of(view: type, method: str) -> Refusals:
    """Return (status, code) of each SpacesError that `view.method` or something it calls may raise, with its sentence."""
    found: Refusals = {}
    waiting: list[_Step] = [_Step(function, ()) for function in _functions(getattr(view, method))]
    seen = set(waiting)
    while waiting:
        step = waiting.pop()
        for use in _uses_of(step.function, _owner(step.function, view)):
            caught = step.caught + use.caught
            if isinstance(use.named, type) and issubclass(use.named, SpacesError):
                code = use.code or use.named.code
                if code != SpacesError.code and not issubclass(use.named, caught):
                    found.setdefault((use.named.status, code), use.message or use.named.message)
                continue
            for error in () if isinstance(use.named, type) else getattr(use.named, "refusals", ()):
                found.setdefault((error.status, error.code), error.message)
            kept = tuple(sorted(set(caught), key=lambda kind: kind.__qualname__))
            for following in (_Step(function, kept) for function in _functions(use.named)):
                if following not in seen:
                    seen.add(following)
                    waiting.append(following)
    return found


def refusals_in(words: str) -> set[tuple[int, str]]:
    """Return (status, code) of what a description names: "403 `space.removed`; 409 `stage.full`, `stage.no_request`"."""
    found = set()
    for sentence in re.split(r"\.\s", words):
        status = 0
        for number, code in _WORDS.findall(sentence):
            if number:
                status = int(number)
            elif status:
                found.add((status, code))
    return found


class _Step(NamedTuple):
    """A function, and what those who called it catch."""

    function: Any  # a FunctionType; which, being a descriptor, would be taken for a method here
    caught: tuple[type[BaseException], ...]


class _Use(NamedTuple):
    """An object that a function names, code and sentence it is called with, and what is caught there."""

    named: Any
    code: str
    message: str
    caught: tuple[type[BaseException], ...]


def _owner(function: FunctionType, view: type) -> type | None:
    """The class that `self` is of, where that can be told."""
    return view if function.__qualname__.split(".")[0] in {kind.__name__ for kind in view.__mro__} else None


@cache
def _uses_of(function: FunctionType, owner: type | None) -> tuple[_Use, ...]:
    tree = ast.parse(textwrap.dedent(inspect.getsource(function)))
    return tuple(_uses(tree, lambda node: _resolved(node, function, owner), ()))


def _uses(
    tree: ast.AST, resolve: Callable[[ast.expr], Any], caught: tuple[type[BaseException], ...]
) -> Iterator[_Use]:
    rest = [*ast.iter_child_nodes(tree)]
    if isinstance(tree, ast.Try):
        held = tuple(kind for handler in tree.handlers for kind in _kept_by(handler, resolve))
        for tried in tree.body:
            yield from _uses(tried, resolve, caught + held)
        rest = [*tree.orelse, *tree.finalbody, *(part for handler in tree.handlers for part in handler.body)]
    elif isinstance(tree, ast.Call):
        code = next((word.value for word in tree.keywords if word.arg == "code"), None)
        message = _constant(tree.args[0]) if tree.args else ""
        if code or message:
            rest.remove(tree.func)
            # A code that is told while running comes from a table, or from whoever calls.
            if code is None or _constant(code):
                yield _Use(resolve(tree.func), _constant(code) if code else "", message, caught)
    elif isinstance(tree, ast.Name | ast.Attribute) and (named := resolve(tree)) is not None:
        yield _Use(named, "", "", caught)
    for part in rest:
        yield from _uses(part, resolve, caught)


def _constant(node: ast.expr) -> str:
    if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.args:  # marked for translation
        return _constant(node.args[0]) if node.func.id in ("_", "gettext", "gettext_noop") else ""
    return node.value if isinstance(node, ast.Constant) and isinstance(node.value, str) else ""


def _kept_by(handler: ast.ExceptHandler, resolve: Callable[[ast.expr], Any]) -> Iterator[type[BaseException]]:
    """What a handler does not let through."""
    if any(isinstance(node, ast.Raise) and node.exc is None for node in ast.walk(handler)):
        return
    kinds = handler.type.elts if isinstance(handler.type, ast.Tuple) else [handler.type]
    for kind in (resolve(one) for one in kinds if one is not None):
        if isinstance(kind, type) and issubclass(kind, BaseException):
            yield kind


def _resolved(node: ast.expr, function: FunctionType, owner: type | None) -> Any:
    """What a name, dotted or not, means in `function`; None where only running it would tell."""
    if isinstance(node, ast.Name):
        return owner if node.id in ("self", "cls") else function.__globals__.get(node.id)
    if isinstance(node, ast.Attribute):
        inside = _resolved(node.value, function, owner)
        if inside is settings:
            return [import_string(path) for path in _dotted(getattr(settings, node.attr, None))]
        if isinstance(inside, ModuleType | type):
            return (
                inside[node.attr]
                if isinstance(inside, EnumType) and node.attr in inside.__members__
                else inspect.getattr_static(inside, node.attr, None)
            )
    if isinstance(node, ast.Call) and owner and isinstance(node.func, ast.Name) and node.func.id == "super":
        return owner.__mro__[1]
    return None


def _dotted(setting: Any) -> Iterator[str]:
    """The dotted paths in a setting that lead to functions of the product."""
    if isinstance(setting, str):
        if re.fullmatch(r"[a-z_]+(\.\w+){2,}", setting) and _is_ours(setting.split(".")[0]):
            yield setting
    elif isinstance(setting, dict | list | tuple):
        for value in setting.values() if isinstance(setting, dict) else setting:
            yield from _dotted(value)


def _functions(named: Any) -> Iterator[FunctionType]:
    """The functions of the product that an object stands for."""
    if isinstance(named, list):
        for one in named:
            yield from _functions(one)
        return
    if isinstance(named, staticmethod | classmethod):
        named = named.__func__
    if isinstance(named, property):
        named = named.fget
    if callable(named) and not isinstance(named, type):
        named = inspect.unwrap(named)  # what a decorator has wrapped
    if (
        isinstance(named, FunctionType)
        and _is_ours(named.__module__.split(".")[0])
        and named.__module__ not in _APART
    ):
        yield named


@cache
def _is_ours(package: str) -> bool:
    return (Path(settings.BASE_DIR) / package / "__init__.py").is_file()
