"""No leaks: each page is labelled by weights that did not see its site, or not at all."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol, TypeVar

from dehusk.errors import DehuskError

IDS = ".ids"  # the ending of the list beside weights: the ids of the pages that they were made from, one a line


class Leak(DehuskError):
    """A page that every predictor has seen."""


class Sited(Protocol):
    """Anything of a site."""

    @property
    def site(self) -> str:
        """The site."""


Page = TypeVar("Page", bound=Sited)


class Predictor(Protocol):
    """Something that labels pages: dehusk with the weights of one fold."""

    @property
    def arguments(self) -> tuple[str, ...]:
        """What the worker is given to load it."""

    def sees(self, site: str) -> bool:
        """Whether pages of this site were used to make it."""


@dataclass(frozen=True, slots=True)
class Written:
    """dehusk without learned weights: it has seen no page."""

    arguments: tuple[str, ...] = ()

    def sees(self, site: str) -> bool:
        """Never."""
        return False


@dataclass(frozen=True, slots=True)
class Fold:
    """dehusk with weights that were made from the pages of these sites."""

    weights: Path
    seen: frozenset[str]

    @property
    def arguments(self) -> tuple[str, ...]:
        """The path of the weights."""
        return (str(self.weights),)

    def sees(self, site: str) -> bool:
        """Whether the site is among them."""
        return site in self.seen


def read_folds(folder: Path, sites: Mapping[str, str]) -> list[Fold]:
    """The weights of a folder, each beside a list `NAME.ids` of the ids that it saw.

    A page that `sites` does not know is a site of its own. Raises `Leak` for weights without such a list, since what
    they saw is not known, and for a folder without weights.
    """
    found = []
    for path in sorted(path for path in folder.iterdir() if path.suffix != IDS):
        ids = path.with_suffix(IDS)
        if not ids.is_file():
            raise Leak(f"{path.name}: no {ids.name} beside it, so the pages that it saw are not known")
        seen = ids.read_text("utf-8").split("\n")
        found.append(Fold(path, frozenset(sites.get(id, id) for id in seen if id)))
    if not found:
        raise Leak(f"{folder.name}: no weights in it")
    return found


def assign(predictors: Sequence[Predictor], pages: Iterable[Page]) -> list[tuple[Predictor, list[Page]]]:
    """Each predictor with the pages that it is to label: those of which it is the first that did not see the site.

    Raises `Leak` for a page whose site all of them saw.
    """
    shares: list[list[Page]] = [[] for _ in predictors]
    for page in pages:
        blind = next((at for at, predictor in enumerate(predictors) if not predictor.sees(page.site)), None)
        if blind is None:
            raise Leak(f"all of the weights were made with pages of {page.site}")
        shares[blind].append(page)
    return [(predictor, share) for predictor, share in zip(predictors, shares, strict=True) if share]
