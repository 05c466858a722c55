"""Message files: extracted from the code, compiled for Django and the browser, and checked. Runs in `.venv` (stack/words.py).

`python -m stack.catalogues extract|compile|check`. Two domains, as Django has them: `django` (Python and templates) and
`djangojs` (frontend/src). Babel alone does it, since a fresh machine has no gettext.
"""

import io
import json
import re
import sys
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

from babel.messages.catalog import Catalog, Message
from babel.messages.extract import extract_python
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po, write_po
from django.utils.translation.template import templatize

from stack import paths, pseudo
from stack.words import BROWSER, LOCALE

LANGUAGES = ("de", "es")
DOMAINS = ("django", "djangojs")
_NO_APPS = {"tests", "stack", "benchmarks"}
_HEADER = """\
msgid ""
msgstr ""
"Language: {language}\\n"
"MIME-Version: 1.0\\n"
"Content-Type: text/plain; charset=utf-8\\n"
"Content-Transfer-Encoding: 8bit\\n"
"Plural-Forms: {plural}\\n"

"""
_PYTHON: dict[str, Any] = {
    "_": None,
    "gettext": None,
    "gettext_lazy": None,
    "gettext_noop": None,
    "ngettext": (1, 2),
    "ngettext_lazy": (1, 2),
    "pgettext": ((1, "c"), 2),
    "pgettext_lazy": ((1, "c"), 2),
    "npgettext": ((1, "c"), 2, 3),
    "npgettext_lazy": ((1, "c"), 2, 3),
}
# frontend/src/lib/words.ts: t(text), tn(one, many, count), tp(context, text). Its calls stand inside lit's templates, in which
# no lexer of Babel's finds them all; texts are literals in double quotes.
_LITERAL = r'"(?:[^"\\\n]|\\.)*"'
_TEXT = rf"({_LITERAL}(?:\s*\+\s*{_LITERAL})*)"
_BROWSER_CALLS = re.compile(rf"(?<![\w$.])(tn|tp|t)\(\s*{_TEXT}(?:\s*,\s*{_TEXT})?")
_PLACEHOLDER = re.compile(r"%\(\w+\)[sd]|%[sd]|\{\w+\}|</?[a-z][^>]*>")

# (file, texts: one or [one, many], context)
_Found = tuple[str, str | tuple[str, str], str | None]


def extracted(domain: str) -> Catalog:
    """Return all messages of `domain` that the code has now, each with the files it is in."""
    catalog = Catalog(charset="utf-8")
    for file, text, context in _of_browser() if domain == "djangojs" else _of_server():
        catalog.add(text, locations=[(file, 1)], context=context)
    return catalog


def _of_server() -> Iterator[_Found]:
    for file in sorted((paths.ROOT / "templates").rglob("*")):
        if file.suffix in (".html", ".txt"):
            # What stands between the calls keeps its lines, but means nothing in Python.
            code = templatize(file.read_text(), origin=str(file))
            yield from _of_python(file, "\n".join(line.lstrip() for line in code.splitlines()))
    for package in sorted(paths.ROOT.glob("*/__init__.py")):
        if package.parent.name in _NO_APPS:
            continue
        for file in sorted(package.parent.rglob("*.py")):
            if "migrations" not in file.parts:
                yield from _of_python(file, file.read_text())


def _of_python(file: Path, code: str) -> Iterator[_Found]:
    where = file.relative_to(paths.ROOT).as_posix()
    for _, found, texts, _ in extract_python(io.BytesIO(code.encode()), _PYTHON, [], {}):
        name, words = str(found), list(texts if isinstance(texts, (list, tuple)) else [texts])
        context = words.pop(0) if "pgettext" in name else None
        if words and words[0]:
            yield (
                where,
                (words[0], words[1]) if name.startswith(("ngettext", "npgettext")) else words[0],
                context,
            )


def _of_browser() -> Iterator[_Found]:
    for file in sorted((paths.FRONTEND / "src").rglob("*.ts")):
        where = file.relative_to(paths.ROOT).as_posix()
        for name, first, second in _BROWSER_CALLS.findall(file.read_text()):
            one, other = _literal(first), _literal(second)
            if name == "tn":
                yield where, (one, other), None
            elif name == "tp":
                yield where, other, one
            else:
                yield where, one, None


def _literal(code: str) -> str:
    """The value of literals of TypeScript that are joined by +."""
    return "".join(json.loads(part) for part in re.findall(_LITERAL, code))


def _file(language: str, domain: str) -> Path:
    return LOCALE / language / "LC_MESSAGES" / f"{domain}.po"


def read(language: str, domain: str) -> Catalog:
    """Return what is translated so far."""
    file = _file(language, domain)
    if not file.is_file():
        return Catalog(locale=language, charset="utf-8")
    with file.open("rb") as content:
        return read_po(content, locale=language, charset="utf-8")


def _updated(language: str, domain: str, now: Catalog) -> str:
    """The message file as it has to be: with what the code has now, and what was translated before."""
    catalog = read(language, domain)
    catalog.update(now, no_fuzzy_matching=True)
    body = io.BytesIO()
    write_po(
        body,
        catalog,
        width=120,
        omit_header=True,
        sort_output=True,
        ignore_obsolete=True,
        include_lineno=False,
    )
    return _HEADER.format(language=language, plural=catalog.plural_forms) + body.getvalue().decode()


def extract() -> int:
    """Bring all message files up to date."""
    for domain in DOMAINS:
        now = extracted(domain)
        for language in LANGUAGES:
            file = _file(language, domain)
            file.parent.mkdir(parents=True, exist_ok=True)
            file.write_text(_updated(language, domain, now))
            print(f"{file.relative_to(paths.ROOT)}: {len(now)} messages")
    return 0


def compile_all() -> int:
    """Write the .mo files, and what the browser reads: {English: the words, or [one, other]}."""
    BROWSER.mkdir(parents=True, exist_ok=True)
    for language in LANGUAGES:
        _compile(language, {domain: read(language, domain) for domain in DOMAINS})
    _compile(pseudo.LANGUAGE, {domain: pseudo.catalog(read(LANGUAGES[0], domain)) for domain in DOMAINS})
    return 0


def _compile(language: str, catalogs: dict[str, Catalog]) -> None:
    name, _, region = language.partition("-")
    file = _file(f"{name}_{region.upper()}" if region else name, "django").with_suffix(".mo")
    file.parent.mkdir(parents=True, exist_ok=True)
    with file.open("wb") as out:
        write_mo(out, catalogs["django"])
    words = {_key(message): _words(message) for message in _translated(catalogs["djangojs"])}
    (BROWSER / f"{language}.json").write_text(json.dumps(words, ensure_ascii=False, sort_keys=True))


def _translated(catalog: Catalog) -> Iterator[Message]:
    for message in catalog:
        if message.id and not message.fuzzy and all(_forms(message.string)):
            yield message


def _key(message: Message) -> str:
    text = _forms(message.id)[0]
    # As gettext joins them.
    return f"{message.context}\x04{text}" if message.context else text


def _words(message: Message) -> str | list[str]:
    return list(_forms(message.string)) if message.pluralizable else _forms(message.string)[0]


def _forms(text: object) -> tuple[str, ...]:
    return tuple(str(form) for form in text) if isinstance(text, (tuple, list)) else (str(text or ""),)


def check() -> int:
    """Print what is stale, missing or broken in the message files; return 1 if anything is."""
    wrong = [line for domain in DOMAINS for line in _problems(domain)]
    for line in wrong:
        print(line)
    if wrong:
        print("`make messages` takes new words into locale/; the translations go in there by hand.")
    return 1 if wrong else 0


def _problems(domain: str) -> Iterable[str]:
    now = extracted(domain)
    for language in LANGUAGES:
        file = _file(language, domain)
        name = file.relative_to(paths.ROOT).as_posix()
        if not file.is_file() or file.read_text() != _updated(language, domain, now):
            yield f"{name} is not what the code says"
        for message in read(language, domain):
            if message.id and (problem := _problem(message)):
                yield f"{name}: {problem}: {_forms(message.id)[0]!r}"


def _problem(message: Message) -> str:
    """What is wrong with a translation, or ""."""
    ids, strings = _forms(message.id), _forms(message.string)
    if not all(strings):
        return "not translated"
    if message.fuzzy:
        return "fuzzy"
    # The singular may do without the number; the plural has all.
    allowed = {part for text in ids for part in _PLACEHOLDER.findall(text)}
    for number, text in enumerate(strings):
        has = sorted(_PLACEHOLDER.findall(text))
        wanted = sorted(_PLACEHOLDER.findall(ids[min(number, len(ids) - 1)]))
        if has != wanted and not (len(ids) > 1 and number == 0 and set(has) <= allowed):
            return f"has {has} in place of {wanted}"
        if (text[:1].isspace(), text[-1:].isspace()) != (ids[0][:1].isspace(), ids[0][-1:].isspace()):
            return "begins or ends with space"
    return ""


COMMANDS = {"extract": extract, "compile": compile_all, "check": check}

if __name__ == "__main__":
    sys.exit(COMMANDS[sys.argv[1]]())
