"""The taggers, each of which claims what it knows."""

from collections.abc import Iterable

from dehusk.errors import UnknownTagger
from dehusk.taggers.access import tag_access
from dehusk.taggers.base import Tagger
from dehusk.taggers.chrome import tag_chrome
from dehusk.taggers.duplicate import tag_duplicate
from dehusk.taggers.garbled import tag_garbled
from dehusk.taggers.metadata import tag_metadata
from dehusk.taggers.promo import tag_promo
from dehusk.taggers.spam import tag_spam
from dehusk.taggers.splice import tag_splice
from dehusk.taggers.title import tag_title

TAGGERS: dict[str, Tagger] = {
    "title": tag_title,
    "metadata": tag_metadata,
    "chrome": tag_chrome,
    "access": tag_access,
    "promo": tag_promo,
    "spam": tag_spam,
    "splice": tag_splice,
    "duplicate": tag_duplicate,
    "garbled": tag_garbled,
}


def pick_taggers(names: Iterable[str]) -> tuple[Tagger, ...]:
    """The taggers of these names, in the order given; raises `UnknownTagger`."""
    names = tuple(names)
    if unknown := set(names) - TAGGERS.keys():
        raise UnknownTagger(f"no tagger named {sorted(unknown)}; there are {sorted(TAGGERS)}")
    return tuple(TAGGERS[name] for name in names)
