"""The commands that score and plant."""

import gzip
import json
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import click

from dehusk.errors import DehuskError
from dehusk.train.brands import read_brands
from dehusk.train.examples import BadLabels, read_clean, read_labelled, read_sites, with_markup
from dehusk.train.halves import Axis, Half, Split
from dehusk.train.planting import Plan, dump_planted, plant_pages
from dehusk.train.score import by_id, score_pages, summarise
from dehusk.train.score_html import render_html
from dehusk.train.score_text import dumps_score, render_table

WRONG_USAGE = 2
CANNOT_WRITE = 3
FILE = click.Path(exists=True, dir_okay=False, path_type=Path)
OUTPUT = click.Path(dir_okay=False, path_type=Path)


class Refused(click.ClickException):
    """Input that cannot be used."""

    exit_code = WRONG_USAGE


class Unwritten(click.ClickException):
    """Output that cannot be written."""

    exit_code = CANNOT_WRITE


@click.command("score")
@click.argument("gold", type=FILE)
@click.argument("predicted", type=FILE)
@click.option("--json", "as_json", is_flag=True, help="Print all figures as JSON.")
@click.option("--html", "html", type=OUTPUT, help="Write an HTML file: confusion, labels, the worst pages.")
@click.option("--sites", type=FILE, help="Table `set TAB id TAB site`; else the site is the host of a page's address.")
@click.option("--seed", default=0, show_default=True, help="Of the samples that the intervals are made from.")
@click.option("--resamples", default=1000, show_default=True, type=click.IntRange(min=0), help="How many samples.")
def score(  # noqa: PLR0913 - click hands over each option as an argument
    gold: Path, predicted: Path, as_json: bool, html: Path | None, sites: Path | None, seed: int, resamples: int
) -> None:
    """Score PREDICTED spans against GOLD, character by character.

    Both are JSON lines, plain or .gz: {"id", "text", "spans": [{"start", "end", "label"}, ...]}, or reports as `dehusk
    clean --to jsonl` writes them. Offsets count characters of "text". White space is never scored.

    Where both texts are the same, characters are compared in place. Where they differ, the lines of the gold text are
    looked up in the predicted text, in order, white space folded; a line that is not found counts as not kept (one of
    under 20 characters is found only within 2,000 characters of the place reached).

    A page of GOLD with "verified": [[start, end], ...] is scored in these ranges only, and not at all if there are
    none. A span of title or article with "hidden": true counts as not kept.

    \b
    kept            characters of title and article against everything else
    article loss    share of a page's title and article that was not kept
    residue         characters kept that are neither, per 1,000 kept
    unmatched       characters kept that no gold line accounts for (other texts only)
    macro F1        unweighted mean over the labels that occur in GOLD
    perfect pages   every character rightly kept or left out
    spam labelled   gold spam spans with 80 % or more labelled spam; removed: not kept
    false spam      pages without gold spam or promo on which something was labelled spam

    Exit status 2: a file that cannot be scored, with file, line and reason.
    """
    try:
        said = by_id(read_labelled(predicted))
        pages = list(score_pages(read_labelled(gold), said))
        homes = read_sites(sites) if sites else {}
    except BadLabels as error:
        raise Refused(str(error)) from error
    asked = {page.page.id for page in pages}
    found = summarise(pages, homes, tuple(id for id in said if id not in asked), seed=seed, resamples=resamples)
    if html:
        write(html, render_html(found, pages, f"{predicted.name} against {gold.name}"))
    click.echo(dumps_score(found) if as_json else render_table(found))


def write(path: Path, text: str) -> None:
    """Write a file whole: beside its name first."""
    part = path.with_name(f"{path.name}.part")
    try:
        data = text.encode("utf-8", "surrogatepass")
        part.write_bytes(gzip.compress(data, mtime=0) if path.suffix == ".gz" else data)
        part.replace(path)
    except OSError as error:
        raise Unwritten(f"{path}: {error.strerror}") from error


@click.command("plant")
@click.argument("clean", nargs=-1, required=True, type=click.Path(exists=True, path_type=Path))
@click.option("-o", "--output", required=True, type=OUTPUT, help="JSON lines, plain or .gz.")
@click.option("--seed", default=0, show_default=True, help="Same seed and pages, same bytes, in whatever order.")
@click.option("--families", default="", help="Comma-separated; all if not given.")
@click.option("--per-page", default=1, show_default=True, type=click.IntRange(min=1), help="Versions of each page.")
@click.option("--brands", type=FILE, help="Draw brands from this list, one a line, a count before it allowed.")
@click.option("--hold-out", type=click.Choice([half.value for half in Half]), help="Leave this half out.")
@click.option("--axes", default="brands,wording,sites", show_default=True, help=f"What is split: {', '.join(Axis)}.")
@click.option("--sites", type=FILE, help="Table `set TAB id TAB site`; else the site is the host of a page's address.")
@click.option("--markup", type=click.Path(exists=True, file_okay=False, path_type=Path), help="FOLDER/ID.html[.gz].")
def plant(clean: tuple[Path, ...], output: Path, axes: str, markup: Path | None, **given: Any) -> None:  # noqa: ANN401
    """Put pollution into CLEAN pages, for training and scoring.

    CLEAN: labelled JSON lines ({"id", "text", "spans"}, with "html" if it is known), honest pages (.tsv), text and
    HTML files, folders. Pages without labels are taken to be article from end to end.

    A line of the output is a page: "text", the gold "spans" over it, and the "edits" that made it. An edit has "start",
    "end", "label", "family" and "original"; undoing the edits from the last to the first gives the clean page back.
    Where there is "html" the edits count its characters, and "text" is what dehusk reads of it.

    Each list named by --axes is split in two by the hash of its entries: --hold-out test leaves one half out of
    everything that is planted, --hold-out train the other.
    """
    try:
        split = Split(Half(given["hold_out"]) if given["hold_out"] else None, frozenset(map(Axis, listed_names(axes))))
        brands = read_brands(given["brands"]) if given["brands"] else ()
        names = tuple(listed_names(given["families"]))
        plan = Plan(seed=given["seed"], families=names, per_page=given["per_page"], brands=brands, split=split)
        homes = read_sites(given["sites"]) if given["sites"] else {}
        pages = [replace(p, known_site=homes.get(p.id)) for path in files_of(clean) for p in read_clean(path)]
        planted = list(plant_pages((with_markup(page, markup) if markup else page for page in pages), plan))
    except (DehuskError, ValueError) as error:
        raise Refused(str(error)) from error
    write(output, "".join(f"{json.dumps(dump_planted(page), ensure_ascii=False)}\n" for page in planted))
    found = Counter(page.family for page in planted)
    used = len({page.source for page in planted})
    click.echo(f"{len(pages)} pages read, {len(pages) - used} held out, {len(planted)} written", err=True)
    click.echo("\n".join(f"{found[name]:7,}  {name}" for name in plan.names), err=True)


def listed_names(given: str) -> list[str]:
    """The names of a comma-separated list."""
    return [name.strip() for name in given.split(",") if name.strip()]


def files_of(paths: Iterable[Path]) -> Iterator[Path]:
    """The files, folders opened in sorted order."""
    for path in paths:
        yield from sorted(inner for inner in path.rglob("*") if inner.is_file()) if path.is_dir() else [path]
