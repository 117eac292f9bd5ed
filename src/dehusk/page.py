"""A page: its text, how the markup cut it, and what the markup says of itself."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Protocol


class Stretch(Protocol):
    """What has a start and an end in a page's text."""

    @property
    def start(self) -> int: ...
    @property
    def end(self) -> int: ...


@dataclass(frozen=True, slots=True)
class Block:
    """A stretch of the page's text that the markup or the line breaks set apart; offsets are characters."""

    start: int
    end: int
    path: str | None = None  # CSS-like, from body down; None where there was no markup
    tag: str = ""
    link_share: float = 0.0  # share of its non-space characters inside links
    hidden: bool = False

    def __len__(self) -> int:
        return self.end - self.start


@dataclass(frozen=True, slots=True)
class Link:
    """A stretch of text that leads to `target`, as written in the markup."""

    start: int
    end: int
    target: str


@dataclass(frozen=True, slots=True)
class Image:
    """An image standing before character `start`."""

    start: int
    target: str
    alt: str


@dataclass(frozen=True, slots=True)
class Fact:
    """A value that a page declares, and where: `json-ld`, `microdata`, `og`, `meta`, `link`, `html` or `title`."""

    name: str
    value: str
    source: str


@dataclass(frozen=True, slots=True)
class Declared:
    """What the markup says of the page; the first fact of a name counts most."""

    facts: tuple[Fact, ...] = ()

    def get(self, name: str) -> str | None:
        """The first value declared under this name."""
        return next((fact.value for fact in self.facts if fact.name == name), None)

    def all(self, name: str) -> tuple[str, ...]:
        """All values declared under this name, in order, each once."""
        return tuple(dict.fromkeys(fact.value for fact in self.facts if fact.name == name))


@dataclass(frozen=True, slots=True)
class Origin:
    """Where a page was read: file, number of the record from 0, compressed byte offset of the record."""

    file: str | None = None
    record: int = 0
    offset: int | None = None
    lossy: bool = False  # bytes that no encoding explains were replaced by U+FFFD


@dataclass(frozen=True, slots=True)
class Page:
    """A text and how the markup cut it. `text` is fixed at reading; all offsets count its characters."""

    id: str
    text: str
    blocks: tuple[Block, ...] = ()
    url: str | None = None
    declared: Declared = Declared()
    links: tuple[Link, ...] = ()
    images: tuple[Image, ...] = ()
    is_html: bool = False
    origin: Origin = Origin()
    columns: Mapping[str, object] = field(default_factory=dict)  # other columns of the record

    def slice(self, part: Stretch) -> str:
        """The text of a block, a span, or of anything with `start` and `end`."""
        return self.text[part.start : part.end]
