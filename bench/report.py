"""A result file as a document."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any

HEAD = """# Benchmark

Written by `python -m bench` from `bench/results.json`; every figure of a section is from one run. In brackets the 95 %
interval when whole sites are drawn anew (1,000 samples), or, for shares of few events, the exact one
(Clopper-Pearson). What is better stands in bold only where one system's interval lies clear of all others'.

    make bench-quick           # on the pages of this project: 4 minutes on 2 cores
    make bench DATA=folder     # on labelled pages and the public sets: 40 minutes on 2 cores

The peers are installed by the benchmark itself, as pinned in `bench/peers.txt`, and each runs in a process of its own.
One that raises an error, crashes, or takes more than 20 s on a page is counted, has kept nothing of that page, and goes
on with the next.
"""
TITLES = {"quick": "Quick: pages of this project", "full": "Full: labelled pages and public sets"}
PLOT_TITLES = {
    "accuracy": "Kept F1 against CPU a page",
    "loss": "Share of the article lost against residue",
    "labels": "F1 of each label",
    "languages": "Kept F1 in each language",
}
LABELLED_NOTE = """Pages of which every character is labelled, by the figures of `dehusk score`. *Kept* is title and
article, by the character; *loss* the share of a page's title and article that was not kept; *residue* what else was
kept, per 1,000 kept. Systems that give only text are brought to the page by its lines: each is looked up in their
output, in order, white space folded, and was kept if it is found. They seldom give the title, which costs them about a
point of recall; what they give that no line accounts for is *unmatched*.
"""
PLANTED_NOTE = """Pollution of each family was put into clean pages; brands and wording are of the half that training
does not plant. A plant is *found* if at least 80 % of its characters have its label, *removed* if as many are not kept,
and its ends are *exact* if the label begins and ends where the plant does.
"""
HONEST_NOTE = """Pages about casinos, betting law, drugs, loans, crypto, essay mills, paywalls, error pages and spam
itself, in twelve languages, with no spam in them. *Accused*: some character was labelled spam. Systems for English are
measured in all languages, as corpus builders use them.
"""
GENERAL_NOTE = """Real pages, one a site, of sites that no labelled page comes from. Each page on which dehusk sees spam
counts as falsely accused until someone has looked at it and noted in `bench/reviewed.tsv` that it is injected; such a
page is left out.
"""
ORACLE_NOTE = """The *label oracle* is what the labels of the pages that have some keep, scored as a prediction: the
ceiling of whoever goes by those labels, since the set's own gold differs on front pages, captions and boxes. The second
figure of a system is on those same pages.
"""
CONTENT_NOTES = {
    "wcxb": (
        "WCXB, development half",
        "Words in common with the gold text, lower case, without order, each as often as it stands; mean of the pages' "
        "F1, as the benchmark's own script has it, by page type. dehusk's text is its clean text without the title.",
    ),
    "fundus": (
        "fundus",
        "A gold paragraph counts if at least 90 % of its characters are kept: those that stand in runs of 12 "
        "characters that the output has too, white space left out. *Precision* is the share of the output's characters "
        "that gold (title, summary, headlines, paragraphs) has so.",
    ),
    "multilingual": (
        "Multilingual segments",
        "Segments that must and must not be in the text, white space made even, as trafilatura's own evaluation counts "
        "them; readers' comments are left out, as there.",
    ),
    "article-extraction": (
        "Article extraction",
        "Runs of four words in common; F1 of mean precision and mean recall, as in that benchmark.",
    ),
}
SPEED_NOTE = """Process time on one core of the least of {rounds} rounds, the systems asked page by page in turn, after
{warm} pages to warm up. All are given decoded text; making a peer's markup into text is off the clock. *First page* is
loading and the first page together. The machine's load as the clock began was {load}.
"""
Columns = Mapping[str, Callable[[Mapping[str, Any]], Any]]


def render(results: Mapping[str, Any], plots: Sequence[str] = ()) -> str:
    """The document of a result file, with these plots."""
    parts = [HEAD, *(part for name in TITLES if name in results for part in _part(name, results[name], plots))]
    return "\n".join(parts).rstrip() + "\n"


def _part(name: str, part: Mapping[str, Any], plots: Sequence[str]) -> Iterable[str]:
    yield f"## {TITLES[name]}\n"
    yield _made(part["made"])
    spans = part["spans"]
    yield _plot(name, "accuracy", plots) + _plot(name, "loss", plots)
    yield f"### Labelled pages\n\n{LABELLED_NOTE}"
    for kind, title in (("html", "From HTML"), ("text", "From text")):
        yield from _labelled(title, spans["labelled"][kind])
    yield _labels(spans["labelled"]) + _plot(name, "labels", plots)
    yield _languages(spans["labelled"][spans["languages_of"]]) + _plot(name, "languages", plots)
    yield f"### Planted pages\n\n{PLANTED_NOTE}"
    yield from _planted(spans["planted"])
    yield f"### Honest pages on the topics of spam\n\n{HONEST_NOTE}"
    yield from _honest(spans["honest"])
    if spans.get("general"):
        yield _general(spans["general"])
    if part["content"]:
        yield f"### Main content\n\n{ORACLE_NOTE}"
        for key, found in part["content"].items():
            yield from _content(key, found)
    yield from _speed(part["speed"])
    yield _systems(part["made"])


def _made(made: Mapping[str, Any]) -> str:
    machine = made["machine"]
    minutes = sum(made["seconds"].values()) / 60
    trial = f" A trial on {made['sample_per_1000']} of 1,000 pages." if made["sample_per_1000"] else ""
    return (
        f"`{made['command']}`, Python {made['python']}, {machine['processor']}, {machine['cores']} cores, "
        f"{minutes:.1f} minutes.{trial}\n"
    )


def _plot(part: str, name: str, plots: Sequence[str]) -> str:
    file = f"bench-{part}-{name}.svg"
    return f"![{PLOT_TITLES[name]}](images/{file})\n\n" if file in plots else ""


def table(head: Sequence[str], rows: Iterable[Sequence[object]]) -> str:
    """A table; the first column is words, the rest numbers."""
    lines = [head, ["---", *["---:"] * (len(head) - 1)], *rows]
    return "".join("| " + " | ".join(_cell(cell) for cell in line) + " |\n" for line in lines) + "\n"


def _cell(cell: object) -> str:
    return "–" if cell is None else str(cell).replace("|", "\\|")


def number(value: float, digits: int = 3) -> str:
    """A share without its nought.

    >>> number(0.5), number(1.0), number(12.34, 1)
    ('.500', '1.000', '12.3')
    """
    shown = f"{value:.{digits}f}"
    return shown.removeprefix("0") if shown.startswith("0.") else shown


def figure(found: Sequence[float] | None, digits: int = 3) -> str:
    """A figure with its interval.

    >>> figure([0.912, 0.9, 0.925])
    '.912 (.900–.925)'
    """
    if not found:
        return "–"
    shown = [number(value, digits) for value in found]
    return f"{shown[0]} ({shown[1]}–{shown[2]})" if len(shown) == 3 else shown[0]


def best(rows: Sequence[Mapping[str, Any] | None], name: str, *, high: bool = True) -> int | None:
    """Which row's interval lies clear of all others' on the better side; None where none does."""
    found = [(row or {}).get(name) for row in rows]
    shown = [(at, value) for at, value in enumerate(found) if value and len(value) == 3]
    if len(shown) < 2:
        return None
    low, top = (1, 2) if high else (2, 1)
    sign = 1 if high else -1
    at, value = max(shown, key=lambda pair: sign * pair[1][0])
    return at if all(sign * value[low] > sign * other[top] for place, other in shown if place != at) else None


PLAIN = frozenset(("keep everything", "drop lines with a spam word"))  # never in bold
KEPT_COLUMNS = (
    ("kept P", "kept.precision", 3, True),
    ("kept R", "kept.recall", 3, True),
    ("kept F1", "kept.f1", 3, True),
    ("page mean", "per_page_kept_f1.mean", 3, True),
    ("page median", "per_page_kept_f1.median", 3, True),
    ("loss", "article_loss.mean", 3, False),
    ("loss p95", "article_loss.p95", 3, False),
    ("residue", "residue_per_1000", 0, False),
    ("unmatched", "unmatched_per_1000", 0, False),
)


def _figure_rows(systems: Mapping[str, Any], columns: Sequence[tuple[str, str, int, bool]]) -> list[list[str]]:
    rows = list(systems.values())
    found = [row.get("figures") if row["shown"] not in PLAIN else None for row in rows]
    shown = [
        [row["shown"], *(figure((row.get("figures") or {}).get(key), d) for _, key, d, _ in columns)] for row in rows
    ]
    for place, (title, key, _, high) in enumerate(columns, 1):
        at = best(found, key, high=high) if title != "unmatched" else None
        if at is not None:
            shown[at][place] = f"**{shown[at][place]}**"
    return shown


def _labelled(title: str, found: Mapping[str, Any]) -> Iterable[str]:
    systems = found["systems"]
    usable = {name: row for name, row in systems.items() if "figures" in row}
    sites = max((row["sites"] for row in usable.values()), default=0)
    yield f"#### {title}: {found['pages']} pages of {sites} sites\n"
    yield table(["system", *(column[0] for column in KEPT_COLUMNS)], _figure_rows(usable, KEPT_COLUMNS))
    for row in systems.values():
        if "refused" in row:
            yield f"{row['shown']}: refused, {row['refused']}\n"
        elif row["missing"] or row["unknown"]:
            unknown = ", ".join(row["unknown"][:5]) + (" …" if len(row["unknown"]) > 5 else "")
            named = f"; {len(row['unknown'])} for pages that are not in gold: {unknown}" if row["unknown"] else ""
            yield f"{row['shown']}: {row['missing']} pages without a prediction{named}.\n"


def _labels(found: Mapping[str, Any]) -> str:
    rows = {kind: found[kind]["systems"].get("dehusk", {}) for kind in ("html", "text")}
    if not all(rows.values()):
        return ""
    names = list(dict.fromkeys(name for row in rows.values() for name in row["labels"]))
    lines = []
    for name in names:
        cells = [row["labels"].get(name) for row in rows.values()]
        pairs = [(figure(cell["f1"]), f"{cell['chars']:,}") if cell else (None, None) for cell in cells]
        lines.append([name, *(value for pair in pairs for value in pair)])
    macro = [value for row in rows.values() for value in (figure(row["figures"]["macro_f1"]), None)]
    head = ["dehusk", "F1, HTML", "characters", "F1, text", "characters"]
    spam = "; ".join(
        f"{kind}: {row['false_spam']['flagged']} of {row['false_spam']['pages']} pages without spam or promo accused, "
        f"{figure(row['false_spam']['share'])}"
        for kind, row in rows.items()
    )
    return "#### By label\n\n" + table(head, [*lines, ["*mean of labels*", *macro]]) + f"False spam. {spam}.\n\n"


def _languages(found: Mapping[str, Any]) -> str:
    rows = found["systems"].get("dehusk", {}).get("languages", {})
    lines = [
        [name, row["pages"], figure(row["figures"]["kept.f1"]), figure(row["figures"]["lost"])]
        for name, row in sorted(rows.items(), key=lambda pair: (-pair[1]["pages"], pair[0]))
    ]
    return "#### By language\n\n" + table(["dehusk", "pages", "kept F1", "share lost"], lines) if lines else ""


def _planted(found: Mapping[str, Any]) -> Iterable[str]:
    for kind, title in (("text", "Text"), ("html", "HTML")):
        systems = found[kind]["systems"]
        own = systems.get("dehusk")
        if not own:
            continue
        yield f"#### {title}: {found[kind]['pages']} pages\n"
        rows = [[name, row["label"], row["events"], *_event_cells(row)] for name, row in own["families"].items()]
        rows.append(["*all*", "", own["all"]["events"], *_event_cells(own["all"])])
        yield table(["dehusk", "label", "plants", "found", "removed", "ends exact"], rows)
        controls, cut = own["controls"], own["truncation"]
        yield (
            f"Controls, {controls['pages']} pages: false spam {figure(controls['false_spam'])}. "
            f"Truncated, {cut['pages']} pages: said to be incomplete {figure(cut['said_cut'])}, "
            f"controls {figure(cut['controls_said_cut'])}.\n"
        )
        others = [[row["shown"], figure(row["all"]["figures"]["removed"])] for row in systems.values()]
        yield table(["system", "plants removed"], others)


def _event_cells(row: Mapping[str, Any]) -> list[str]:
    found, removed, exact = (row["figures"].get(name) for name in ("found", "removed", "exact"))
    return [figure(found), figure(removed), figure(exact if found and found[0] else None)]


def _honest(found: Mapping[str, Any]) -> Iterable[str]:
    rows = [
        [row["shown"], figure(row["flagged"]) if name == "dehusk" else None, row["signs"] if name == "dehusk" else None,
         figure(row["figures"]["lost"], 4), figure(row["figures"]["lost.mean"], 4)]
        for name, row in found["systems"].items()
    ]  # fmt: skip
    yield table([f"{found['pages']} pages", "accused", "spam signs", "characters lost", "mean of pages"], rows)
    own = found["systems"].get("dehusk")
    for name in ("language", "genre") if own else ():
        groups = [
            [key, row["pages"], round(row["flagged"][0] * row["pages"]), number(row["figures"]["lost"][0], 4)]
            for key, row in sorted(own[name].items(), key=lambda pair: (-pair[1]["pages"], pair[0]))
        ]
        yield (
            f"<details><summary>dehusk by {name}</summary>\n\n"
            + table([name, "pages", "accused", "characters lost"], groups)
            + "</details>\n"
        )


def _general(found: Mapping[str, Any]) -> str:
    rows = [
        [row["set"], row["id"], f"{row['start']}–{row['end']}", ", ".join(row["rules"]), row["finding"]]
        for row in found["spans"]
    ]
    listed = table(["set", "page", "characters", "rules", "finding"], rows) if rows else ""
    return (
        f"### General honest pages\n\n{GENERAL_NOTE}\n{found['pages']} pages, {found['flagged']} with spam by dehusk, "
        f"{found['injected']} of them injected: false spam {figure(found['false_spam'], 4)}.\n\n"
        + (f"<details><summary>The {len(rows)} spans</summary>\n\n{listed}</details>\n" if rows else "")
    )


def _content(key: str, found: Mapping[str, Any]) -> Iterable[str]:
    title, note = CONTENT_NOTES[key]
    yield f"#### {title}: {found['pages']} pages\n\n{note}\n"
    systems = found["systems"]
    names = list(next(iter(systems.values()))["figures"]) if systems else []
    main = names[:1]
    columns = [(name, name, 3, True) for name in names]
    lines = _figure_rows(systems, columns)
    for line, row in zip(lines, systems.values(), strict=True):
        line.append(_with_labels(row["with_labels"], main))
    if found["oracle"]["pages"]:
        lines.append(
            [
                f"*label oracle, {found['oracle']['pages']} pages*",
                *[""] * len(names),
                _with_labels(found["oracle"], main),
            ]
        )
    yield table(["system", *names, "on labelled pages"], lines)
    groups = sorted({group for row in systems.values() for group in row["groups"]})
    if len(groups) > 1:
        yield _groups(found, groups, main[0])


def _with_labels(row: Mapping[str, Any], main: Sequence[str]) -> str:
    return figure(row["figures"].get(main[0])) if row["pages"] else "–"


def _groups(found: Mapping[str, Any], groups: Sequence[str], main: str) -> str:
    """The main figure of each group, with the oracle's."""
    systems = found["systems"]
    sizes = next(iter(systems.values()))["groups"]
    rows = [
        [row["shown"], *(_group(row, group, main) for group in groups)]
        for row in [*systems.values(), {"shown": "*label oracle*", **found["oracle"]}]
    ]
    return f"{main} by group:\n\n" + table(["system", *(f"{name} ({sizes[name]['pages']})" for name in groups)], rows)


def _group(row: Mapping[str, Any], group: str, main: str) -> str:
    found = row.get("groups", {}).get(group)
    return number(found["figures"][main][0]) if found and found["pages"] else "–"


def _speed(found: Mapping[str, Any]) -> Iterable[str]:
    html, text = found["html"], found["text"]
    note = SPEED_NOTE.format(rounds=html["rounds"], warm=2, load=found["load"])
    yield f"### Speed\n\n{note}\n#### HTML: {html['pages']} pages of {html['mean_kb']} KB\n"
    head = ["system", "ms a page", "median", "times trafilatura", "times parsing", "first page, ms", "peak MB"]
    yield table(head, _speed_rows(html, ("to_trafilatura", "to_parsing"), "ms.median"))
    yield f"#### Text: {text['pages']} texts of {text['mean_kb']} KB\n"
    head = ["system", "ms a text", "texts a second", "times Gopher", "times C4 rules", "first page, ms", "peak MB"]
    yield table(head, _speed_rows(text, ("to_gopher", "to_c4"), "pages_per_second"))
    rows = [[f"`{name}`", row["ms"], row["peak_memory_mb"]] for name, row in found["start"].items()]
    yield "#### Start-up\n\n" + table(["CPU beyond that of Python itself", "ms", "peak MB"], rows)
    jobs = found["scaling"]["jobs"]
    rows = [
        [f"`--jobs {count}`", row["seconds"], row["pages_per_second"], row["speed_up"]] for count, row in jobs.items()
    ]
    pages = found["scaling"]["pages"]
    yield f"#### Many jobs: `dehusk clean` on {pages} pages\n\n" + table(["", "s", "pages a second", "speed-up"], rows)


def _speed_rows(found: Mapping[str, Any], ratios: Sequence[str], third: str) -> list[list[object]]:
    return [
        [row["shown"], figure(row["ms"], 2), row[third], *(figure(row.get(key), 2) for key in ratios),
         row["first_page_ms"], row["peak_memory_mb"]]
        for name, row in found["systems"].items()
    ]  # fmt: skip


def _systems(made: Mapping[str, Any]) -> str:
    rows = []
    for row in made["systems"].values():
        pages = sum(part["pages"] for part in row["parts"].values())
        faults: dict[str, int] = {}
        for part in row["parts"].values():
            for fault, count in part["faults"].items():
                faults[fault] = faults.get(fault, 0) + count
        shown = ", ".join(f"{count} {fault}" for fault, count in faults.items()) or "none"
        rows.append([row["shown"], row["version"], pages, row.get("does_not_run") or shown])
    return "### Systems\n\n" + table(["system", "version", "pages asked", "faults"], rows)
