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
    "savefig.dpi": 72,
    "axes.spines.top": False,
    "axes.spines.right": False,
    "axes.axisbelow": True,
}
Draw = Callable[[Mapping[str, Any], Mapping[str, str]], Figure | None]
OWN = "dehusk"
Row = tuple[str, str, list[float], list[float]]  # name, shown name, figure across, figure up
Box = tuple[float, float, float, float]
DOTS = 72  # an inch: what SVG is written with, so that pixels here are pixels there
CHAR, LINE, MARK = 4.9, 12.5, 4.5  # pixels: width of a character, height of a line, half a mark
STEPS = (2, -13, 15, -27, 29, -41, 43, -55, 57)
PLACES = [(dx, dy, left) for dy in STEPS for dx, left in ((7, 0), (-7, 1))]  # where a name may stand, the best first
NEAR_PLACES = 4  # from a place further off a line leads to the point
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
    figure, axes = plt.subplots(figsize=(WIDTH, height), layout="constrained", dpi=DOTS)
    figure.patch.set_facecolor(colours["paper"])
    axes.set_facecolor(colours["paper"])
    axes.tick_params(which="both", colors=colours["muted"], length=0)
    axes.spines[["left", "bottom"]].set_color(colours["rule"])
    axes.xaxis.label.set_color(colours["muted"])
    axes.yaxis.label.set_color(colours["muted"])
    axes.grid(color=colours["rule"], linewidth=0.7)
    return figure, axes


def _points(rows: list[Row], colours: Mapping[str, str], axes: Axes) -> None:
    """Named points with both intervals; dehusk's is larger and in a colour of its own."""
    for name, _, across, up in rows:
        own = name == OWN
        ink = colours["spam"] if own else colours["muted"]
        axes.errorbar(
            across[0], up[0], xerr=_error(across), yerr=_error(up), fmt="none", ecolor=ink, elinewidth=0.8, alpha=0.4
        )
        axes.plot(across[0], up[0], "o", color=ink, markersize=8 if own else 5)


def _name(rows: list[Row], colours: Mapping[str, str], axes: Axes) -> None:
    """Write the names of the points, dehusk's first, each where no other stands; after the limits are set."""
    axes.figure.canvas.draw()
    frame = axes.get_window_extent()
    marks = [axes.transData.transform((across[0], up[0])) for _, _, across, up in rows]
    taken = [(x - MARK, y - MARK, x + MARK, y + MARK) for x, y in marks]
    ordered = sorted(zip(rows, marks, strict=True), key=lambda pair: (pair[0][0] != OWN, pair[0][3][0], pair[0][0]))
    for (name, shown, across, up), (x, y) in ordered:
        wide = CHAR * len(shown)
        boxes = [(x + dx - wide * left, y + dy, x + dx + wide * (1 - left), y + dy + LINE) for dx, dy, left in PLACES]
        free = [n for n, box in enumerate(boxes) if _inside(box, frame) and not any(_meet(box, t) for t in taken)]
        at = free[0] if free else 0
        taken.append(boxes[at])
        lead = {"arrowstyle": "-", "color": colours["muted"], "linewidth": 0.5} if at >= NEAR_PLACES else None
        axes.annotate(
            shown, (across[0], up[0]), xytext=(boxes[at][0] - x, boxes[at][1] - y + 2), textcoords="offset pixels",
            color=colours["ink"], fontsize=9, fontweight="bold" if name == OWN else "normal", arrowprops=lead,
        )  # fmt: skip


def _inside(box: Box, frame: Any) -> bool:  # noqa: ANN401 - a box of matplotlib's
    return frame.x0 <= box[0] and box[2] <= frame.x1 and frame.y0 <= box[1] and box[3] <= frame.y1


def _meet(one: Box, other: Box) -> bool:
    return one[0] < other[2] and other[0] < one[2] and one[1] < other[3] and other[1] < one[3]


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
    axes.xaxis.set_major_formatter("{x:g}")
    axes.margins(x=0.12, y=0.1)
    axes.set_xlabel("CPU a page, ms (less is better)")
    axes.set_ylabel("kept F1, mean over pages")
    _name(rows, colours, axes)
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
    axes.margins(x=0.12, y=0.1)
    axes.set_xlim(left=0)
    axes.set_xlabel("residue: husk among 1,000 kept characters (less is better)")
    axes.set_ylabel("share of title and article lost")
    _name(rows, colours, axes)
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
