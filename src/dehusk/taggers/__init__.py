"""The taggers, each of which claims what it knows."""

from collections.abc import Iterable

from dehusk.errors import UnknownTagger
from dehusk.taggers.base import Tagger
from dehusk.taggers.chrome import tag_chrome
from dehusk.taggers.title import tag_title

TAGGERS: dict[str, Tagger] = {
    "title": tag_title,
    "chrome": tag_chrome,
}


def pick_taggers(names: Iterable[str]) -> tuple[Tagger, ...]:
    """The taggers of these names, in the order given; raises `UnknownTagger`."""
    names = tuple(names)
    if unknown := set(names) - TAGGERS.keys():
        raise UnknownTagger(f"no tagger named {sorted(unknown)}; there are {sorted(TAGGERS)}")
    return tuple(TAGGERS[name] for name in names)
