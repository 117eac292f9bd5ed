"""Reports as attributes of Dolma: one list of spans a label, beside the documents that they are of."""

from pathlib import PurePath

from dehusk.spans import Label
from dehusk.verdict import Report, Skipped, SkipReason
from dehusk.wire import SCORE_DECIMALS, dumps

TAGGER = "dehusk"  # what attributes are named after, and the folder that they stand in
FOLDER = PurePath("attributes", TAGGER)
DOCUMENTS = "documents"  # the folder of documents in a data set of Dolma
UNCLAIMED_SCORE = 1.0  # of article that nobody claimed; attributes must have numbers
PACKED_ENDINGS = (".gz", ".zst", ".bz2")
ENDINGS = (".jsonl", ".json", ".ndjson")
NOT_OPENED = frozenset((SkipReason.UNREADABLE, SkipReason.MISSING_EXTRA))  # a file's fault: there is no document


def render_attributes(report: Report, *, shift: int = 0) -> str:
    """The attributes of a document as a line of JSON; `shift` is what its text had before the report's text begins.

    Article that nobody claimed has the score 1.
    """
    attributes: dict[str, list[tuple[int, int, float]]] = {}
    for label in Label:
        spans = [span for span in report.spans if span.label is label]
        if spans:
            attributes[f"{TAGGER}__{label.value}"] = [
                (span.start + shift, span.end + shift, _score(span.score)) for span in spans
            ]
    return dumps({"id": report.id, "attributes": attributes}) + "\n"


def _score(score: float | None) -> float:
    return UNCLAIMED_SCORE if score is None else round(float(score), SCORE_DECIMALS)


def skipped_attributes(skipped: Skipped) -> str:
    """The line that keeps a skipped document's place; none for a file that could not be opened."""
    return "" if skipped.reason in NOT_OPENED else dumps({"id": skipped.id, "attributes": {}}) + "\n"


def attributes_path(file: str) -> PurePath:
    """Where the attributes of a file of documents belong, below the data set's folder.

    >>> attributes_path("corpus/documents/en/0001.json.gz").as_posix()
    'attributes/dehusk/en/0001.json.gz'
    >>> attributes_path("../pages.jsonl").as_posix()
    'attributes/dehusk/pages.jsonl.gz'
    """
    path = PurePath(file)
    parts = path.parts
    start = len(parts) - parts[::-1].index(DOCUMENTS) if DOCUMENTS in parts[:-1] else len(parts) - 1
    inner = [part for part in parts[start:-1] if part != ".."]
    return FOLDER.joinpath(*inner, _packed_name(path.name))


def _packed_name(name: str) -> str:
    """The name with the ending of what is written, JSON lines in gzip."""
    for ending in PACKED_ENDINGS:
        name = name.removesuffix(ending)
    return f"{name}.gz" if name.endswith(ENDINGS) else f"{name}.jsonl.gz"
