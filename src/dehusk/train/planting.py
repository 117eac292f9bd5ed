"""Clean pages in, polluted pages out: which family on which page, and as JSON."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field, replace
from typing import Any

from dehusk.errors import DehuskError
from dehusk.train.brands import Brands
from dehusk.train.donors import Donor, gather, is_lendable
from dehusk.train.examples import Labelled
from dehusk.train.families import FAMILIES
from dehusk.train.halves import Axis, Split, dice
from dehusk.train.plant import Planted, finished, plant_text
from dehusk.train.plant_html import Source, plant_html, read_source
from dehusk.train.scene import Kit, Layout, make_scene, read_layout
from dehusk.train.score import by_id

TRIES = 5  # of a family on a page, each with other chance, before another family is taken
CONTROL = "none"


class UnknownFamily(DehuskError):
    """A family was asked for by a name that none has."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """What is planted: the families (all where none is named), how many versions of each page, and what is held out."""

    seed: int = 0
    families: tuple[str, ...] = ()
    per_page: int = 1
    brands: tuple[str, ...] = ()
    split: Split = field(default_factory=Split)

    @property
    def names(self) -> tuple[str, ...]:
        """The families that are used; raises `UnknownFamily`."""
        if unknown := set(self.families) - FAMILIES.keys():
            raise UnknownFamily(f"no family named {', '.join(sorted(unknown))}; there are {', '.join(FAMILIES)}")
        return tuple(self.split.pick(Axis.FAMILIES, dict.fromkeys(self.families or FAMILIES)))


@dataclass(frozen=True, slots=True)
class Ground:
    """A clean page made ready: its layout, and its markup where that fits the labelled text."""

    page: Labelled
    layout: Layout
    source: Source | None


def plant_pages(pages: Iterable[Labelled], plan: Plan = Plan()) -> Iterator[Planted]:
    """`per_page` polluted versions of each page that may be used, in the order of the ids.

    A page gets a family that fits it, another one for each version, and is a control where none fits. Markup that does
    not show the labelled text is left aside and the text planted. Raises `BadLabels` for an id that stands twice.
    """
    grounds = [ground for page in by_id(pages).values() if (ground := make_ground(page, plan.split))]
    grounds.sort(key=lambda ground: ground.page.id)
    donors = gather(map(_donor, grounds))
    kit = Kit(Brands(plan.brands, plan.split), donors, plan.split)
    for ground in grounds:
        yield from _versions(ground, kit, plan)


def make_ground(page: Labelled, split: Split) -> Ground | None:
    """The page made ready; None where its site or its language is held out."""
    if not split.allows(Axis.SITES, page.site):
        return None
    source = read_source(page)
    page = source.page if source else replace(page, html=None)
    layout = read_layout(page)
    return Ground(page, layout, source) if split.allows(Axis.LANGUAGES, layout.language) else None


def _donor(ground: Ground) -> Donor:
    text = ground.page.text
    paragraphs = [" ".join(text[start:end].split()) for start, end in ground.layout.paragraphs]
    lent = tuple(paragraph for paragraph in paragraphs if is_lendable(paragraph))
    return Donor(ground.page.id, ground.page.site, ground.layout.language, lent)


def _versions(ground: Ground, kit: Kit, plan: Plan) -> Iterator[Planted]:
    names = list(plan.names)
    dice(plan.seed, ground.page.id, "families").shuffle(names)
    for number in range(plan.per_page):
        found = None
        while names and found is None:
            found = plant(ground, names.pop(0), kit, (plan.seed, number))
        planted = found or control(ground)
        yield replace(planted, id=f"{ground.page.id}~{number}", language=ground.layout.language)
        names = names or list(plan.names) if found else []


def plant(ground: Ground, family: str, kit: Kit, seed: object) -> Planted | None:
    """The page with a plant of this family; None where it does not fit. Equal seeds give equal plants."""
    if family == CONTROL:
        return control(ground)
    for attempt in range(TRIES):
        rng = dice(seed, ground.page.id, family, attempt)
        scene = make_scene(ground.page, ground.layout, kit, rng)
        pieces = FAMILIES[family](scene) if scene else ()
        if not pieces:
            continue
        planted = (
            plant_html(ground.source, pieces, family) if ground.source else plant_text(ground.page, pieces, family)
        )
        if planted:
            return planted
    return None


def control(ground: Ground) -> Planted:
    """The page as it is."""
    page = ground.page
    planted = finished(page, CONTROL, page.text, page.spans, ())
    return replace(planted, html=page.html)


def dump_planted(planted: Planted) -> dict[str, Any]:
    """The page as JSON values; `truncated` stands only on pages that are."""
    row: dict[str, Any] = {
        "id": planted.id,
        "source": planted.source,
        "family": planted.family,
        "url": planted.url,
        "language": planted.language,
        "html": planted.html,
        "text": planted.text,
        "spans": [{"start": span.start, "end": span.end, "label": span.label.value} for span in planted.spans],
        "edits": [
            {
                "start": edit.start,
                "end": edit.end,
                "label": edit.label.value,
                "family": edit.family,
                "original": edit.original,
            }
            for edit in planted.edits
        ],
    }
    row = {name: value for name, value in row.items() if value is not None}
    return row | {"truncated": True} if planted.truncated else row
