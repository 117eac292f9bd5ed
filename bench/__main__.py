"""The commands of the benchmark."""

import json
import subprocess
from collections.abc import Callable
from pathlib import Path
from typing import Any

import click

from bench.folds import Leak, Predictor, Written, read_folds
from bench.measure import ROOT, Given, full, quick
from bench.peers import install, python_of, read_pins
from bench.report import render
from dehusk.errors import DehuskError
from dehusk.train.examples import read_sites

RESULTS, DOCUMENT, IMAGES = Path("bench/results.json"), Path("docs/benchmark.md"), Path("docs/images")
PLOTS = ROOT / "bench" / "plots.py"
SHIPPED = ROOT / "src" / "dehusk" / "data"
FOLDER = click.Path(exists=True, file_okay=False, path_type=Path)
FILE = click.Path(exists=True, dir_okay=False, path_type=Path)
OUT = click.option("-o", "out", type=click.Path(file_okay=False, path_type=Path), help="Write below this folder.")
JOBS = click.option("--jobs", default=2, show_default=True, help="Processes for all that is not timed.")
PREDICTIONS = click.option("--predictions", multiple=True, type=FILE, help="Score these spans of labelled pages too.")


class Refused(click.ClickException):
    """Input that cannot be used."""

    exit_code = 2


@click.group()
def main() -> None:
    """Measure dehusk and its peers; the figures go to bench/results.json, and as pages to docs."""


@main.command("quick")
@OUT
@JOBS
@PREDICTIONS
def quick_command(out: Path | None, jobs: int, predictions: tuple[Path, ...]) -> None:
    """On the pages of the project: within 4 minutes on 2 cores, once the peers are installed."""
    given = Given(jobs=jobs, predictions=predictions, missing=install_peers(), say=say)
    finish("quick", lambda: quick(given), out)


@main.command("full")
@click.argument("data", type=FOLDER)
@OUT
@JOBS
@PREDICTIONS
@click.option("--weights", type=FOLDER, help="Weights by fold, each beside a list of the ids that it saw.")
@click.option("--article-extraction", type=FOLDER, help="A folder in the layout of that benchmark.")
@click.option("--sample", type=click.IntRange(1, 1000), help="Only so many in a thousand pages: a trial.")
def full_command(data: Path, out: Path | None, weights: Path | None, **more: Any) -> None:  # noqa: ANN401 - options
    """On a folder of labelled pages and public sets: within 40 minutes on 2 cores."""
    try:
        predictors = predictors_of(weights, data)
    except DehuskError as error:
        raise Refused(str(error)) from error
    given = Given(predictors=predictors, missing=install_peers(), say=say, **more)
    finish("full", lambda: full(given, data), out)


@main.command("render")
@OUT
def render_command(out: Path | None) -> None:
    """Write the document and the plots of a result file anew."""
    show(out or ROOT, in_root=out is None)


def say(line: str) -> None:
    """A line for who waits."""
    click.echo(line, err=True)


def install_peers() -> dict[str, str]:
    """The packages that do not install, with the reason."""
    say("peers: looking, and installing what is not there")
    missing = install(read_pins())
    for name, reason in missing.items():
        say(f"peers: {name} does not install: {reason}")
    return missing


def predictors_of(weights: Path | None, data: Path) -> list[Predictor]:
    """dehusk as it is, or with the weights of each fold; raises `Leak` where dehusk as it is has learned weights."""
    if weights:
        return list(read_folds(weights, read_sites(data / "sites.tsv")))
    if learned := sorted(path.name for path in SHIPPED.glob("weights*")):
        raise Leak(f"dehusk has learned weights ({', '.join(learned)}): name a folder of folds with --weights")
    return [Written()]


def finish(name: str, measure: Callable[[], dict[str, Any]], out: Path | None) -> None:
    """Measure, put the figures beside those of the other command, and show all."""
    try:
        part = measure()
    except DehuskError as error:
        raise Refused(str(error)) from error
    base = out or ROOT
    path = _results(base, in_root=out is None)
    held = json.loads(path.read_text("utf-8")) if path.is_file() else {}
    _write(path, json.dumps({**held, name: part}, indent=1, ensure_ascii=False) + "\n")
    show(base, in_root=out is None)


def _results(base: Path, *, in_root: bool) -> Path:
    return base / (RESULTS if in_root else RESULTS.name)


def _write(path: Path, text: str) -> None:
    """A file under its final name is whole."""
    path.parent.mkdir(parents=True, exist_ok=True)
    part = path.with_name(f"{path.name}.part")
    part.write_text(text, "utf-8")
    part.rename(path)


def show(base: Path, *, in_root: bool) -> None:
    """Draw the plots and write the document of a result file."""
    path = _results(base, in_root=in_root)
    if not path.is_file():
        raise Refused(f"{path}: no such file; run `python -m bench quick` first")
    images = base / (IMAGES if in_root else IMAGES.name)
    drawn = draw(path, images)
    document = base / (DOCUMENT if in_root else DOCUMENT.name)
    _write(document, render(json.loads(path.read_text("utf-8")), [image.name for image in drawn]))
    say(f"written: {path}, {document}, {len(drawn)} plots")


def draw(results: Path, images: Path) -> list[Path]:
    """The plots, drawn in the environment for them; none where it did not install."""
    python = python_of("plots")
    if not python.is_file():
        say("plots: matplotlib is not installed, so there are none")
        return []
    done = subprocess.run([python, PLOTS, results, images], check=False, capture_output=True, text=True)
    if done.returncode:
        say(f"plots: not drawn: {done.stderr.strip().splitlines()[-1:]}")
        return []
    return sorted(images.glob("bench-*.svg"))


if __name__ == "__main__":
    main(prog_name="python -m bench")
