"""Print the verdicts of reports, JSON lines as `dehusk clean --to jsonl` writes them, as a table."""

import json
import sys
from pathlib import Path

from rich.console import Console
from rich.table import Table
from rich.text import Text

from dehusk import Report, load_report

COLUMNS = ("page", "kind", "action", "complete", "purity", "signs", "owner")
COMPLETE = {True: "yes", False: "no", None: "-"}
PIPE_WIDTH = 120  # where there is no terminal to ask


def row(report: Report) -> tuple[str, ...]:
    """What the table says of a page; `purity` is the share of it that is kept."""
    verdict, owner = report.verdict, report.metadata.owner
    signs = ", ".join(f"{sign.sign.value} {sign.score:.2f}" for sign in verdict.signs)
    name = "-" if owner.name == "unknown" else owner.name
    complete = COMPLETE[verdict.complete]
    return report.id, verdict.kind.value, verdict.action.value, complete, f"{verdict.purity:.0%}", signs or "-", name


def main(path: Path) -> None:
    """Print the table of this file."""
    table = Table(*COLUMNS, box=None, header_style="bold", pad_edge=False)
    with path.open(encoding="utf-8") as lines:
        for line in lines:
            table.add_row(*map(Text, row(load_report(json.loads(line)))))
    console = Console()
    if not console.is_terminal:
        console.width = PIPE_WIDTH
    console.print(table)


if __name__ == "__main__":
    main(Path(sys.argv[1]))
