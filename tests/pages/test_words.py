"""All words of the pages go through the translation: a scan of every template, and of the sentences that Python raises."""

import ast
import re
from collections.abc import Iterator

import pytest

from spaces_project.lib.errors import SpacesError
from stack import paths

TEMPLATES = paths.ROOT / "templates"
# Names, which are the same in every language.
NAMES = {"Spaces", "API", "MP3", "Opus", "https://", "spaces.example.org", ".json"}
# What stands in these is read to people, or by them.
SPOKEN = ("aria-label", "alt", "title", "placeholder", "aria-description", "data-share-title")

TRANSLATED = re.compile(
    r"\{#.*?#\}|\{%\s*comment\b.*?endcomment\s*%\}"
    # Of the admin: names of classes, and no words.
    r"|\{% block bodyclass %\}.*?\{% endblock %\}"
    r"|\{%\s*(?:blocktranslate|blocktrans)\b.*?\{%\s*endblocktrans(?:late)?\s*%\}",
    re.DOTALL,
)
TAG = re.compile(r"\{%(.*?)%\}|\{\{(.*?)\}\}", re.DOTALL)
SILENT = re.compile(r"<(script|style|code)\b.*?</\1>|<!--.*?-->", re.DOTALL)
LETTERS = re.compile(r"[A-Za-z]{2,}")
# What is given to a part of a page under these names is shown.
SHOWN = re.compile(
    r'\b(?:title|text|label|words|hint|action|badge|send|placeholder|what)="([^"]*[A-Za-z]{2}[^"]*)"'
)
# English endings, and English where a value is missing.
FILTERS = re.compile(r'\|(?:pluralize\b|(?:default|default_if_none|yesno):"([^"]*)")')


def templates() -> list[str]:
    """Every template there is."""
    return sorted(
        file.relative_to(TEMPLATES).as_posix()
        for file in TEMPLATES.rglob("*")
        if file.suffix in (".html", ".txt")
    )


def bare_words(source: str) -> Iterator[str]:
    """Each piece of English in a template that the translation does not see."""
    source = TRANSLATED.sub("", source)
    for statement, value in TAG.findall(source):
        if statement.split()[:1] == ["include"]:
            yield from SHOWN.findall(statement)
        for found in FILTERS.finditer(statement + value):
            # "true,false" and the like are values of attributes.
            if found[1] is None or re.search(r"[A-Z]| ", found[1]):
                yield found[0]
    source = SILENT.sub("", TAG.sub("", source))
    for tag in re.findall(r"<[a-z][^<>]*>", source):
        for name, text in re.findall(r'([\w-]+)="([^"]*)"', tag):
            if name in SPOKEN and LETTERS.search(text) and text not in NAMES:
                yield f"{name}={text!r}"
    # An attribute by itself: a block inside of a tag.
    for text in re.sub(r"<[^<>]*>|^ [\w-]+=\"[^\"]*\"$", "\n", source, flags=re.MULTILINE).splitlines():
        if any(word not in NAMES for word in text.split() if LETTERS.search(re.sub(r"&\w+;", "", word))):
            yield text.strip()


def test_no_template_has_words_that_cannot_be_translated() -> None:
    found = {name: list(bare_words((TEMPLATES / name).read_text())) for name in templates()}
    assert {name: words for name, words in found.items() if words} == {}


@pytest.mark.parametrize(
    "source",
    [
        "<p>Nothing here</p>",
        '<a aria-label="Go back" href="/">{% icon "back" %}</a>',
        '{% include "x.html" with label="Go back" %}',
        '{{ name|default:"Somebody" }}',
        "{{ n }}{{ n|pluralize }}",
    ],
)
def test_the_scan_finds(source: str) -> None:
    assert list(bare_words(source))


def test_the_scan_leaves_alone() -> None:
    source = '{# A note #}{% translate "Hello" %} <b class="big">Spaces</b>{% blocktranslate %}So{% endblocktranslate %}'
    assert list(bare_words(source)) == []


# Those that say nothing to people.
LEFT_OUT = {"tests", "stack", "benchmarks", "examples", "operation"}
# What people are told by, beside the classes of refusals.
TELLING = {"ValidationError", "messages.success", "messages.error", "messages.warning", "self.message_user"}


def refusals() -> set[str]:
    """The names of all classes of refusals (spaces_project.lib.errors)."""
    known, waiting = set(), [SpacesError]
    while waiting:
        kind = waiting.pop()
        known.add(kind.__name__)
        waiting += kind.__subclasses__()
    return known


def bare_sentences(source: str, told_by: set[str]) -> Iterator[tuple[int, str]]:
    """Line and text of each sentence that is said to people as it stands."""
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.ClassDef) and node.name in told_by:
            said = [
                one.value
                for one in node.body
                if isinstance(one, ast.Assign) and ast.unparse(one.targets[0]) == "message"
            ]
        elif isinstance(node, ast.Call) and called(node) in told_by:
            said = [*node.args, *(one.value for one in node.keywords if one.arg in ("fields", "message"))]
        else:
            continue
        for value in said:
            for text in literals(value):
                yield node.lineno, text


def called(call: ast.Call) -> str:
    """What is called: a class by its name, a function of something with what it is of."""
    return ast.unparse(call.func)


def literals(value: ast.expr) -> Iterator[str]:
    """The sentences in an expression that no function translates: literals and f-strings with a space in them."""
    if isinstance(value, ast.Constant | ast.JoinedStr):
        text = ast.unparse(value)
        if re.search(r"[A-Za-z]{2,} ", text):
            yield text
    elif isinstance(value, ast.Dict):
        for part in value.values:
            yield from literals(part)
    elif isinstance(value, ast.List | ast.Tuple):
        for part in value.elts:
            yield from literals(part)
    elif isinstance(value, ast.IfExp):
        yield from literals(value.body)
        yield from literals(value.orelse)


def test_no_refusal_says_what_cannot_be_translated() -> None:
    # That a payment is another than was asked for is told to the log alone.
    told_by = (refusals() | TELLING) - {"PaymentMismatch"}
    found = {}
    for app in {file.parent for file in paths.ROOT.glob("*/__init__.py")}:
        for file in sorted(app.rglob("*.py")) if app.name not in LEFT_OUT else ():
            if not {"migrations", "management", "stand_in", "demo"} & set(file.parts):
                for line, text in bare_sentences(file.read_text(), told_by):
                    found[f"{file.relative_to(paths.ROOT)}:{line}"] = text
    assert found == {}
