"""Plots of a result file, as SVG in the house colours, for light and dark.

    python bench/plots.py RESULTS.json FOLDER

Runs by the Python of the benchmark's environment for plots, so it imports nothing but matplotlib.
"""

import json
import re
import sys
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import matplotlib as mpl

mpl.use("svg")
from matplotlib import pyplot as plt
from matplotlib.axes import Axes
from matplotlib.figure import Figure

SHEET = Path(__file__).parents[1] / "src" / "dehusk" / "data" / "report.css"
BLOCK = re.compile(r":root\s*\{([^}]*)\}", re.S)
COLOUR = re.compile(r"--([a-z]+):\s*(#[0-9a-fA-F]{6})")
FONT = '"Liberation Sans", system-ui, -apple-system, "Segoe UI", Roboto, Arial, sans-serif'
SETTINGS = {
    "svg.fonttype": "none",
    "svg.hashsalt": "dehusk",
    "font.family": "sans-serif",
    "font.sans-serif": ["Liberation Sans", "Arial", "DejaVu Sans"],
    "font.size": 10,
    "axes.spines.top": False,
    "axes.spines.right": False,
    "axes.axisbelow": True,
}
Draw = Callable[[Mapping[str, Any], Mapping[str, str]], Figure | None]
OWN = "dehusk"
BAR, ROW = 0.62, 0.34  # height of a bar, in rows; of a row, in inches
WIDTH, HEIGHT = 7.2, 4.4  # inches


def read_colours() -> tuple[dict[str, str], dict[str, str]]:
    """The colours of the style sheet by name: light, dark."""
    light, dark = (dict(COLOUR.findall(block)) for block in BLOCK.findall(SHEET.read_text("utf-8"))[:2])
    return light, dark


def _apart(light: Mapping[str, str]) -> dict[str, str]:
    """The light colours, each changed so little that no two names have the same."""
    own: dict[str, str] = {}
    for name, colour in light.items():
        value = int(colour[1:], 16)
        while f"#{value:06x}" in own.values():
            value ^= 1 if value & 1 == 0 else 3
        own[name] = f"#{value:06x}"
    return own


def write(figure: Figure, path: Path, title: str, colours: Mapping[str, str]) -> None:
    """The figure as SVG whose colours follow the reader's choice of light or dark."""
    light, dark = read_colours()
    figure.savefig(path, format="svg", metadata={"Date": None, "Creator": None, "Format": None, "Type": None})
    plt.close(figure)
    svg = path.read_text("utf-8")
    for name, colour in colours.items():
        svg = svg.replace(colour, f"var(--{name}, {light[name]})")
    svg = re.sub(r"font: (\S+) [^;\"]*", lambda found: f"font: {found[1]} {FONT}".replace('"', "'"), svg)
    svg = re.sub(r"<metadata>.*?</metadata>\s*", "", svg, flags=re.S)
    rules = (_rule(light), f"@media (prefers-color-scheme: dark) {{ {_rule(dark)} }}")
    head = f'<title>{title}</title>\n <style type="text/css">\n  {rules[0]}\n  {rules[1]}\n </style>\n'
    svg = re.sub(r"(<svg [^>]*?)>", lambda found: f'{found[1]} role="img">\n {head}', svg, count=1)
    path.write_text("\n".join(line.rstrip() for line in svg.splitlines()) + "\n", "utf-8")


def _rule(colours: Mapping[str, str]) -> str:
    return "svg { " + " ".join(f"--{name}: {colour};" for name, colour in colours.items()) + " }"


def _canvas(height: float, colours: Mapping[str, str]) -> tuple[Figure, Axes]:
    figure, axes = plt.subplots(figsize=(WIDTH, height), layout="constrained")
    figure.patch.set_facecolor(colours["paper"])
    axes.set_facecolor(colours["paper"])
    axes.tick_params(which="both", colors=colours["muted"], length=0)
    axes.spines[["left", "bottom"]].set_color(colours["rule"])
    axes.xaxis.label.set_color(colours["muted"])
    axes.yaxis.label.set_color(colours["muted"])
    axes.grid(color=colours["rule"], linewidth=0.7)
    return figure, axes


def _points(rows: list[tuple[str, str, list[float], list[float]]], colours: Mapping[str, str], axes: Axes) -> None:
    """Named points with both intervals; dehusk's is larger and in a colour of its own."""
    for name, shown, across, up in sorted(rows, key=lambda row: row[3][0]):
        ink = colours["spam"] if name == OWN else colours["muted"]
        axes.errorbar(
            across[0], up[0], xerr=_error(across), yerr=_error(up), fmt="o", color=ink, ecolor=ink,
            elinewidth=0.8, markersize=8 if name == OWN else 5,
        )  # fmt: skip
        axes.annotate(
            shown, (across[0], up[0]), xytext=(7, 5), textcoords="offset points",
            color=colours["ink"], fontsize=9, fontweight="bold" if name == OWN else "normal",
        )  # fmt: skip


def _error(figure: list[float]) -> list[list[float]] | None:
    if len(figure) < 3:
        return None
    value, low, high = figure
    return [[max(0.0, value - low)], [max(0.0, high - value)]]


def _bars(
    rows: list[tuple[str, list[float], str]], colours: Mapping[str, str], wide: float = 1.0
) -> tuple[Figure, Axes]:
    """Named bars with their intervals, the first at the top."""
    figure, axes = _canvas(0.9 + ROW * len(rows), colours)
    places = [-float(number) for number in range(len(rows))]
    for place, (_, value, ink) in zip(places, rows, strict=True):
        axes.barh(place, value[0], BAR, color=ink, alpha=0.75)
        axes.errorbar(value[0], place, xerr=_error(value), fmt="none", ecolor=colours["ink"], elinewidth=1)
    axes.set_yticks(places, [name for name, _, _ in rows], color=colours["ink"])
    axes.set_xlim(0, wide)
    axes.grid(visible=False, axis="y")
    axes.spines["left"].set_visible(False)
    return figure, axes


def draw_accuracy(part: Mapping[str, Any], colours: Mapping[str, str]) -> Figure | None:
    """Kept F1 against CPU a page."""
    speed, labelled = part["speed"]["html"]["systems"], part["spans"]["labelled"]["html"]["systems"]
    rows = [
        (name, labelled[name]["shown"], speed[name]["ms"], labelled[name]["figures"]["per_page_kept_f1.mean"])
        for name in labelled
        if name in speed and speed[name]["ms"] and "figures" in labelled[name]
    ]
    figure, axes = _canvas(HEIGHT, colours)
    _points(rows, colours, axes)
    axes.set_xscale("log")
    axes.margins(x=0.16, y=0.1)
    axes.set_xlabel("CPU a page, ms (less is better)")
    axes.set_ylabel("kept F1, mean over pages")
    return figure


def draw_loss(part: Mapping[str, Any], colours: Mapping[str, str]) -> Figure | None:
    """Share of the article lost against residue."""
    rows = [
        (name, row["shown"], row["figures"]["residue_per_1000"], row["figures"]["article_loss.mean"])
        for name, row in part["spans"]["labelled"]["html"]["systems"].items()
        if "figures" in row
    ]
    figure, axes = _canvas(HEIGHT, colours)
    _points(rows, colours, axes)
    axes.margins(x=0.14, y=0.1)
    axes.set_xlabel("residue: husk among 1,000 kept characters (less is better)")
    axes.set_ylabel("share of title and article lost")
    return figure


def draw_labels(part: Mapping[str, Any], colours: Mapping[str, str]) -> Figure | None:
    """F1 of each label of dehusk, from HTML and from text."""
    rows = []
    for kind in ("html", "text"):
        row = part["spans"]["labelled"][kind]["systems"].get(OWN, {})
        rows += [
            (f"{label}, {kind if kind == 'text' else 'HTML'}", found["f1"], colours[label])
            for label, found in row.get("labels", {}).items()
        ]
    if not rows:
        return None
    figure, axes = _bars(sorted(rows, key=lambda row: row[0].split(",")[0]), colours)
    axes.set_xlabel("F1 by the character")
    return figure


def draw_languages(part: Mapping[str, Any], colours: Mapping[str, str]) -> Figure | None:
    """Kept F1 of dehusk in each language."""
    found = part["spans"]["labelled"][part["spans"]["languages_of"]]["systems"].get(OWN, {}).get("languages", {})
    rows = [
        (f"{name} ({row['pages']})", row["figures"]["kept.f1"], colours["meta"])
        for name, row in sorted(found.items(), key=lambda pair: (-pair[1]["pages"], pair[0]))
    ]
    if not rows:
        return None
    figure, axes = _bars(rows, colours)
    axes.set_xlabel("kept F1 by the character; pages in brackets")
    return figure


PLOTS: Mapping[str, tuple[str, Draw]] = {
    "accuracy": ("Kept F1 against CPU a page", draw_accuracy),
    "loss": ("Article lost against residue", draw_loss),
    "labels": ("F1 of each label", draw_labels),
    "languages": ("Kept F1 in each language", draw_languages),
}


def main(results: str, folder: str) -> None:
    """Draw what there is to draw of each part of the results."""
    colours = _apart(read_colours()[0])
    Path(folder).mkdir(parents=True, exist_ok=True)
    with mpl.rc_context(SETTINGS):
        for kind, part in json.loads(Path(results).read_text("utf-8")).items():
            for name, (title, draw) in PLOTS.items():
                figure = draw(part, colours)
                if figure:
                    write(figure, Path(folder) / f"bench-{kind}-{name}.svg", title, colours)


if __name__ == "__main__":
    main(*sys.argv[1:])
