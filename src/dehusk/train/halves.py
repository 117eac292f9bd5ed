"""What is kept for training and what for testing: lists split in two by the hash of each name."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from enum import StrEnum
from hashlib import blake2b
from random import Random


class Half(StrEnum):
    """One of two halves that share nothing."""

    TRAIN = "train"
    TEST = "test"


class Axis(StrEnum):
    """A list that can be split."""

    FAMILIES = "families"
    BRANDS = "brands"
    WORDING = "wording"
    TOPICS = "topics"
    LANGUAGES = "languages"
    SITES = "sites"


def digest(*parts: object) -> int:
    """A number that is the same for the same parts, on every machine."""
    written = "\x1f".join(map(str, parts)).encode("utf-8", "surrogatepass")
    return int.from_bytes(blake2b(written, digest_size=8).digest())


def dice(*parts: object) -> Random:
    """A source of chance that depends on these parts alone."""
    return Random(digest(*parts))


def half_of(axis: Axis, name: str) -> Half:
    """The half that a name of this list is in."""
    return Half.TEST if digest(axis, name.casefold()) % 2 else Half.TRAIN


@dataclass(frozen=True, slots=True)
class Split:
    """Which half is held out, and of which lists."""

    held_out: Half | None = None
    axes: frozenset[Axis] = frozenset((Axis.BRANDS, Axis.WORDING, Axis.SITES))

    def allows(self, axis: Axis, name: str) -> bool:
        """Whether a name may be used."""
        return self.held_out is None or axis not in self.axes or half_of(axis, name) != self.held_out

    def pick(self, axis: Axis, names: Iterable[str]) -> Iterator[str]:
        """The names that may be used."""
        return (name for name in names if self.allows(axis, name))
