"""Reads a page as strictly as the content security policy and a screen reader do."""

from collections import Counter
from html.parser import HTMLParser
from typing import Any

Attributes = dict[str, str | None]

VOID = frozenset(
    ["area", "base", "br", "col", "embed", "hr", "img", "input", "link", "meta", "source", "track", "wbr"]
)


class Element:
    """An element with its attributes, its ancestors and the text inside."""

    def __init__(self, tag: str, attributes: Attributes, parent: "Element | None") -> None:
        self.tag = tag
        self.attributes = attributes
        self.parent = parent
        self.words: list[str] = []

    def __getitem__(self, name: str) -> str:
        return self.attributes.get(name) or ""

    def __contains__(self, name: str) -> bool:
        return name in self.attributes

    @property
    def text(self) -> str:
        """The text inside, white space collapsed."""
        return " ".join(" ".join(self.words).split())

    @property
    def classes(self) -> list[str]:
        """The classes it has."""
        return self["class"].split()

    def inside(self, tag: str) -> bool:
        """Whether an ancestor is a `tag`."""
        parent = self.parent
        while parent is not None:
            if parent.tag == tag:
                return True
            parent = parent.parent
        return False


class Document(HTMLParser):
    """A page: its elements in their order, with what is wrong with its nesting in `problems`."""

    def __init__(self, response: Any) -> None:
        super().__init__(convert_charrefs=True)
        self.response = response
        self.source = response.content.decode()
        self.elements: list[Element] = []
        self.nesting: list[str] = []
        self._open: list[Element] = []
        self.feed(self.source)
        self.close()
        self.nesting += [f"<{element.tag}> is never closed" for element in self._open]

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Open an element."""
        names = [name for name, _ in attrs]
        if len(names) != len(set(names)):
            self.nesting.append(f"<{tag}> has an attribute twice: {names}")
        element = Element(tag, dict(attrs), self._open[-1] if self._open else None)
        self.elements.append(element)
        if tag not in VOID:
            self._open.append(element)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Open and close an element (of SVG)."""
        self.handle_starttag(tag, attrs)
        if tag not in VOID:
            self._open.pop()

    def handle_endtag(self, tag: str) -> None:
        """Close an element; anything but the innermost is a mistake."""
        if self._open and self._open[-1].tag == tag:
            self._open.pop()
        else:
            self.nesting.append(f"</{tag}> closes <{self._open[-1].tag if self._open else 'nothing'}>")

    def handle_data(self, data: str) -> None:
        """Text belongs to all elements that are open."""
        for element in self._open:
            element.words.append(data)

    def all(self, tag: str = "", **attributes: str) -> list[Element]:
        """Elements of `tag` with these attributes (`class_` is one of its classes; _ stands for -)."""
        wanted = {name.rstrip("_").replace("_", "-"): value for name, value in attributes.items()}
        return [
            element
            for element in self.elements
            if (not tag or element.tag == tag)
            and all(
                value in element.classes if name == "class" else element.attributes.get(name) == value
                for name, value in wanted.items()
            )
        ]

    def one(self, tag: str = "", **attributes: str) -> Element:
        """The only such element."""
        found = self.all(tag, **attributes)
        assert len(found) == 1, (tag, attributes, len(found))
        return found[0]

    @property
    def text(self) -> str:
        """All the words of the content."""
        return self.one("main").text

    def problems(self) -> list[str]:
        """What the policy or a screen reader would stumble over."""
        found = list(self.nesting)
        ids = Counter(element["id"] for element in self.elements if "id" in element)
        found += [f"id {name} {count} times" for name, count in ids.items() if count > 1]
        for element in self.elements:
            found += self._inline(element) + self._unnamed(element, ids)
        if len(self.all("h1")) != 1:
            found.append(f"{len(self.all('h1'))} h1")
        if len(self.all("main")) != 1:
            found.append(f"{len(self.all('main'))} main")
        if not self.one("html")["lang"]:
            found.append("no lang")
        return found

    @staticmethod
    def _inline(element: Element) -> list[str]:
        found = [
            f"{name} on <{element.tag}>"
            for name in element.attributes
            if name == "style" or name.startswith("on")
        ]
        found += [f"{name} on <{element.tag}>" for name in element.attributes if name.startswith("hx-on")]
        if element.tag == "style":
            found.append("<style>")
        if element.tag == "script" and "src" not in element and element["type"] != "application/json":
            found.append(f"inline script: {element.text[:60]}")
        if element["href"].lower().startswith("javascript:"):
            found.append("javascript: link")
        return found

    def _unnamed(self, element: Element, ids: Counter[str]) -> list[str]:
        found = [
            f"<{element.tag}> refers to {target}, which is not there"
            for name in ("aria-describedby", "aria-labelledby", "aria-controls", "for", "form")
            for target in element[name].split()
            if target not in ids
        ]
        named = element["aria-label"] or element["aria-labelledby"]
        if element.tag in ("a", "button") and not (named or element.text):
            found.append(f"<{element.tag}> without a name: {element.attributes}")
        if element.tag == "img" and "alt" not in element:
            found.append(f"<img> without alt: {element['src']}")
        is_field = element.tag in ("select", "textarea") or (
            element.tag == "input" and element["type"] not in ("hidden", "submit")
        )
        has_label = element.inside("label") or any(
            label["for"] == element["id"] for label in self.all("label") if element["id"]
        )
        if is_field and not (named or has_label):
            found.append(f"<{element.tag} name={element['name']}> without a label")
        return found
