"""Reports for the terminal: the text with its labels beside it, and the spans as a table."""

from collections.abc import Iterator
from io import StringIO
from typing import Literal

from rich import box
from rich.cells import cell_len, set_cell_size
from rich.color import ColorSystem
from rich.console import Console, RenderableType
from rich.style import Style
from rich.table import Table
from rich.text import Text

from dehusk.html import COMPLETE, LINE, TAGS, describe, is_blank, show_score, shown_as, visible
from dehusk.spans import Span
from dehusk.verdict import Action, Report

# The sixteen colours of the reader's own theme; the margin says the same in words.
STYLES = {
    "title": "bold",
    "article": "",
    "meta": "green",
    "chrome": "dim",
    "access": "blue",
    "promo": "yellow",
    "spam": "red",
    "foreign": "magenta",
    "duplicate": "cyan strike",
    "garbled": "bright_yellow",
    "hidden": "bright_magenta dim",
}
ACTION_STYLES = {Action.KEEP: "bold green", Action.REPAIR: "bold yellow", Action.DROP: "bold red"}
GLUED = "+"  # before the name of a span that begins inside a line
KEPT_BAR = " │ "
HUSK_BAR = " ┊ "
MARGIN_CELLS = max(map(len, TAGS)) + len(GLUED)
MIN_TEXT_CELLS = 10  # narrower terminals are written past their edge
MAX_TEXT_CELLS = 88  # longer lines are hard to read
EXCERPT_CHARS = 48
TAB = "    "


def render_terminal(report: Report, *, width: int, color: bool) -> str:
    """The page's text wrapped to `width`, each span on lines of its own with its label in the margin; verdict above.

    The bar between margin and text is broken beside husk. A span that begins inside a line of the page has `+` before
    its label.
    """
    console = _console(width, color)
    for line in _verdict(report):
        console.print(line, soft_wrap=True)
    return _written(console) + "".join(f"{line}\n" for line in _body(report, console))


def render_explain(report: Report, *, width: int, color: bool) -> str:
    """The spans as a table: number, place, label, score, evidence and first words."""
    console = _console(width, color)
    table = Table(box=box.SIMPLE_HEAD, pad_edge=False, width=width)
    for name in ("#", "characters", "label", "score"):
        table.add_column(name, justify="left" if name == "label" else "right", no_wrap=True)
    table.add_column("evidence", ratio=3, overflow="fold")
    table.add_column("text", ratio=2, overflow="fold")
    for number, span in enumerate(report.spans):
        table.add_row(*_row(report, number, span))
    for part in (*_verdict(report), table):
        console.print(part)
    return _written(console)


def _console(width: int, color: bool) -> Console:
    """A console that writes into a string, the same on every machine."""
    system: Literal["standard"] | None = "standard" if color else None
    return Console(
        file=StringIO(),
        width=width,
        color_system=system,
        force_terminal=color,
        force_jupyter=False,
        legacy_windows=False,
        _environ={},
    )


def _written(console: Console) -> str:
    assert isinstance(console.file, StringIO)
    return "\n".join(line.rstrip() for line in console.file.getvalue().split("\n"))


def _safe(text: str) -> str:
    """The text on one line, without anything that a terminal would obey."""
    return visible(text.replace("\t", TAB)).replace("\r", "\\x0d").replace("\n", "\\x0a")


def _verdict(report: Report) -> Iterator[Text]:
    verdict, owner = report.verdict, report.metadata.owner
    yield Text.assemble((_safe(report.id), "bold"), (f"  {_safe(report.page.url or '')}", "dim"))
    said = (verdict.kind.value, COMPLETE[verdict.complete], f"{verdict.purity:.1%} kept")
    yield Text.assemble((verdict.action.value, ACTION_STYLES[verdict.action]), "  ", "  ".join(said))
    for sign in verdict.signs:
        where = f"  spans {' '.join(map(str, sign.spans))}" if sign.spans else ""
        yield Text(f"{sign.sign.value.replace('_', ' ')} {show_score(sign.score)}{where}")
    if owner.name != "unknown":
        yield Text(f"owner {_safe(owner.name)} {show_score(owner.score)}")
    yield Text("")


def _body(report: Report, console: Console) -> Iterator[str]:
    """The lines of the text, each behind its margin."""
    inside = False  # whether the line of the page that the last piece stands on goes on
    blank = True  # no blank line is wanted at the top, and never two in a row
    for span in report.spans:
        begins = True
        for line in LINE.findall(report.text[span.start : span.end]):
            text = line.rstrip("\r\n")
            if not is_blank(text):
                name = f"{GLUED if inside else ''}{shown_as(span)}" if begins else ""
                yield from _lines(_safe(text), span, name, console)
                begins = blank = False
            elif not inside and not blank:
                yield ""
                blank = True
            inside = (inside or not is_blank(text)) and len(text) == len(line)


def _lines(text: str, span: Span, name: str, console: Console) -> Iterator[str]:
    """A piece of a span wrapped, its label beside the first line."""
    style = STYLES[shown_as(span)]
    bar = _painted(KEPT_BAR if span.kept else HUSK_BAR, "dim", console)
    for wrapped in _wrapped(text, console):
        margin = _painted(name.rjust(MARGIN_CELLS), style.removesuffix(" strike"), console)
        yield f"{margin}{bar}{_painted(wrapped.rstrip(), style, console)}"
        name = ""


def _wrapped(text: str, console: Console) -> list[str]:
    """The text on as many lines as it needs; most need one, which is told without the cost of wrapping."""
    room = min(max(console.width - MARGIN_CELLS - len(KEPT_BAR), MIN_TEXT_CELLS), MAX_TEXT_CELLS)
    if cell_len(text) <= room:
        return [text]
    return [line.plain for line in Text(text).wrap(console, room, overflow="fold")]


def _painted(text: str, style: str, console: Console) -> str:
    """The text in a style as terminal codes; as it is where there is no color."""
    return Style.parse(style).render(text, color_system=ColorSystem.STANDARD) if console.color_system else text


def _row(report: Report, number: int, span: Span) -> tuple[RenderableType, ...]:
    said = "\n".join(_safe(describe(evidence)) for evidence in span.evidence)
    label = Text(span.label.value, STYLES[shown_as(span)])
    if span.hidden:
        label.append(" hidden")
    excerpt = _excerpt(report.text[span.start : span.end])
    return str(number), f"{span.start}-{span.end}", label, show_score(span.score), Text(said or "-"), Text(excerpt)


def _excerpt(text: str) -> str:
    """The first words of a text on one line."""
    words = _safe(" ".join(text[: EXCERPT_CHARS * 4].split()))
    return words if cell_len(words) <= EXCERPT_CHARS else set_cell_size(words, EXCERPT_CHARS - 1).rstrip() + "…"
