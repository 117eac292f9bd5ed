"""What can be measured of a page, worked out once, for all blocks together, when first asked for."""

from bisect import bisect_right
from functools import cached_property

import numpy as np

from dehusk.page import Page
from dehusk.words import TABLES, UNSPACED, Match, Places, fold, wording

Floats = np.ndarray[tuple[int], np.dtype[np.float64]]
Numbers = np.ndarray[tuple[int], np.dtype[np.int64]]
Bools = np.ndarray[tuple[int], np.dtype[np.bool_]]
SENTENCE_ENDS = frozenset(".!?…。！？।؟:;\"”»'’)")
UNSPACED_WEIGHT = 2.5  # a character of Han or kana carries about as much as this many Latin ones
MAX_PROSE_LINK_SHARE = 0.5  # more of a block inside links and it leads away rather than tells
MIN_PROSE_CHARS = 40  # shorter lines are headings, labels and menu items far more often than sentences
MAX_HEADLINE_CHARS = 300  # of a line that may be a headline
SURE_PROSE_CHARS = 90  # a block this long is prose even where no stop ends it


def weighted_chars(text: str) -> float:
    """The characters of a text, those of scripts without spaces weighted up to be comparable."""
    return len(text) + (UNSPACED_WEIGHT - 1) * len(UNSPACED.findall(text))


class Measures:
    """A page with its measures; arrays have one entry a block."""

    def __init__(self, page: Page) -> None:
        self.page = page
        self.blocks = page.blocks

    @cached_property
    def folded(self) -> str:
        """The text in lower case, each character at its place."""
        return fold(self.page.text)

    @cached_property
    def places(self) -> Places:
        """The words of the folded text, and where each stands."""
        return Places(self.folded)

    @property
    def words(self) -> frozenset[str]:
        """The words of the folded text."""
        return self.places.words

    @cached_property
    def path_numbers(self) -> tuple[tuple[str, ...], Numbers]:
        """The paths of the page, each once, and for each block the number of its path."""
        numbers: dict[str, int] = {}
        own = [numbers.setdefault(block.path or "", len(numbers)) for block in self.blocks]
        return tuple(numbers), np.array(own, dtype=np.int64)

    @cached_property
    def starts(self) -> list[int]:
        """Where each block starts."""
        return [block.start for block in self.blocks]

    @cached_property
    def texts(self) -> list[str]:
        """The text of each block."""
        text = self.page.text
        return [text[block.start : block.end] for block in self.blocks]

    @cached_property
    def folded_texts(self) -> list[str]:
        """The folded text of each block."""
        return [self.folded[block.start : block.end] for block in self.blocks]

    @cached_property
    def chars(self) -> Floats:
        """Characters, those of scripts without spaces weighted up to be comparable."""
        lengths = np.array([len(block) for block in self.blocks], dtype=np.float64)
        if UNSPACED.search(self.page.text):
            lengths += [(UNSPACED_WEIGHT - 1) * len(UNSPACED.findall(text)) for text in self.texts]
        return lengths

    @cached_property
    def link_shares(self) -> Floats:
        """Share of each block inside links."""
        return np.array([block.link_share for block in self.blocks], dtype=np.float64)

    @cached_property
    def hidden(self) -> Bools:
        """Whether each block is hidden."""
        return np.array([block.hidden for block in self.blocks], dtype=np.bool_)

    @cached_property
    def stopped(self) -> Bools:
        """Whether each block ends as sentences do."""
        return np.array([text[-1:] in SENTENCE_ENDS for text in self.texts], dtype=np.bool_)

    @cached_property
    def is_prose(self) -> Bools:
        """Whether each block reads as running text: long enough, not made of links, ended by a stop unless long."""
        long_enough = (self.chars >= SURE_PROSE_CHARS) | ((self.chars >= MIN_PROSE_CHARS) & self.stopped)
        return long_enough & (self.link_shares <= MAX_PROSE_LINK_SHARE)

    @cached_property
    def headline(self) -> str:
        """The folded text of the likeliest headline: declared, else the first heading, else the first line."""
        declared = self.page.declared.get("title")
        if declared:
            return fold(declared)
        heading = next((n for n, block in enumerate(self.blocks) if block.tag == "h1"), 0)
        return self.folded_texts[heading] if self.blocks and len(self.blocks[heading]) < MAX_HEADLINE_CHARS else ""

    @cached_property
    def declared_names(self) -> frozenset[str]:
        """The folded names that the site gives itself."""
        declared = self.page.declared
        names = (*declared.all("sitename"), *declared.all("publisher"), *declared.all("organization"))
        return frozenset(fold(name) for name in names)

    def block_at(self, offset: int) -> int:
        """The number of the block that holds this character, or of the last one before it."""
        return max(bisect_right(self.starts, offset) - 1, 0)

    def matches(self, table: str) -> list[list[Match]]:
        """For each block, the phrases of a wording table that start in it."""
        return self._matches[table]

    @cached_property
    def _matches(self) -> dict[str, list[list[Match]]]:
        found: dict[str, list[list[Match]]] = {table: [[] for _ in self.blocks] for table in TABLES}
        for match in wording().find(self.places) if self.blocks else ():
            found[match.phrase.table][self.block_at(match.start)].append(match)
        return found
