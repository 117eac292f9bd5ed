"""The type of a tagger."""

from collections.abc import Callable, Iterable

from dehusk.features import Measures
from dehusk.spans import Claim

Tagger = Callable[[Measures], Iterable[Claim]]
