"""Reports as rows of a Parquet file: the JSON report with nested columns, and the columns of FineWeb flat beside it."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cache
from typing import IO, TYPE_CHECKING, Any

from dehusk.errors import MissingExtra
from dehusk.verdict import Report
from dehusk.wire import dump_report, dumps, free_names, sound

if TYPE_CHECKING:
    import pyarrow as pa  # type: ignore[import-untyped]

GROUP_ROWS = 1000  # rows of a row group; also the rows by which the types of other columns are told
GROUP_BYTES = 128 * 2**20  # of rows: a group of large pages is closed sooner
COMPRESSION = "zstd"
MAX_INT64 = 2**63 - 1
# The types that another column may have, each with the values that fit; what fits none of them is `extra`.
TYPES: Mapping[str, Callable[[object], bool]] = {
    "bool": lambda value: isinstance(value, bool),
    "int64": lambda value: isinstance(value, int) and not isinstance(value, bool) and abs(value) <= MAX_INT64,
    "float64": lambda value: isinstance(value, float),
    "string": lambda value: isinstance(value, str),
    "binary": lambda value: isinstance(value, bytes),
}
# What the record of FineWeb calls it: the record's own value if it has one, else what the report says.
FLAT: Mapping[str, Callable[[Mapping[str, Any]], object]] = {
    "date": lambda row: row["metadata"]["date"],
    "language": lambda row: row["metadata"]["language"],
    "file_path": lambda row: row["origin"].get("file"),
}
EXTRA = "extra"  # as JSON, values of other columns that do not fit the types told by the first rows


@dataclass(frozen=True, slots=True)
class Row:
    """A report as a row of the fixed columns, packed by Arrow, and the other columns of its record."""

    packed: bytes
    columns: Mapping[str, object]


@cache
def reports_schema(*, claims: bool = False, bytes: bool = False) -> "pa.Schema":
    """The columns of every file; after them come those of the records, and `extra`.

    `facts` have a value in `number` or in `text`. Offsets count characters of `text`, `start_byte` and `end_byte`
    bytes of it in UTF-8.
    """
    pa = import_pyarrow()
    text, number, whole, yes = pa.string(), pa.float64(), pa.int64(), pa.bool_()

    def struct(**columns: Any) -> Any:  # noqa: ANN401 - pyarrow has no types
        return pa.struct(list(columns.items()))

    places = {"start": whole, "end": whole} | ({"start_byte": whole, "end_byte": whole} if bytes else {})
    evidence = struct(tagger=text, rule=text, facts=pa.list_(struct(name=text, number=number, text=text)))
    evidences = pa.list_(evidence)
    span = struct(**places, label=text, score=number, path=text, hidden=yes, evidence=evidences)
    claim = struct(**places, label=text, score=number, evidence=evidence)
    owner = struct(name=text, score=number, evidence=evidences, candidates=pa.list_(struct(name=text, score=number)))
    named = dict.fromkeys(
        ("title", "author", "date", "updated", "sitename", "hostname", "language", "description"), text
    )
    metadata = struct(
        **named,
        tags=pa.list_(text),
        license=text,
        image=text,
        views=whole,
        owner=owner,
        sources=pa.map_(text, text),
    )
    sign = struct(sign=text, score=number, spans=pa.list_(pa.int32()))
    verdict = struct(kind=text, action=text, complete=yes, purity=number, signs=pa.list_(sign))
    return pa.schema(
        [
            ("id", text),
            ("url", text),
            ("text", text),
            ("clean", text),
            *((name, text) for name in FLAT),
            ("wire", pa.int32()),
            ("origin", struct(file=text, record=whole, offset=whole, lossy=yes)),
            ("spans", pa.list_(span)),
            *([("claims", pa.list_(claim))] if claims else []),
            ("metadata", metadata),
            ("verdict", verdict),
        ]
    )


def import_pyarrow() -> Any:  # noqa: ANN401 - it has no types
    """The library; raises `MissingExtra`."""
    try:
        import pyarrow
        import pyarrow.parquet  # type: ignore[import-untyped]
    except ImportError:
        raise MissingExtra("Parquet needs an extra: pip install 'dehusk[parquet]'") from None
    return pyarrow


def make_row(report: Report, *, clean: str, claims: bool = False, bytes: bool = False) -> Row:
    """The row of a report, as a worker passes it on."""
    schema = reports_schema(claims=claims, bytes=bytes)
    row = dump_report(report, claims=claims, bytes=bytes) | {"clean": clean}
    columns = dict(report.page.columns)
    for name, said in FLAT.items():
        row[name] = _text(columns.pop(name)) if columns.get(name) is not None else said(row)
    _fit(row)
    try:
        packed = _pack(row, schema)
    except UnicodeEncodeError:
        packed = _pack(_sound(row), schema)
    return Row(packed, free_names(columns, {*schema.names, EXTRA}))


def _text(value: object) -> str:
    return value if isinstance(value, str) else dumps(value).strip('"')


def _fit(row: dict[str, Any]) -> None:
    """Give the row of the JSON report the form of the columns."""
    for span in row["spans"]:
        span["hidden"] = span.get("hidden", False)
    owner, views = row["metadata"]["owner"], row["metadata"]["views"]
    said = [evidence for holder in (*row["spans"], owner) for evidence in holder["evidence"]]
    for evidence in (*said, *(claim["evidence"] for claim in row.get("claims", ()))):
        evidence["facts"] = [_fact(name, value) for name, value in evidence["facts"].items()]
    row["metadata"]["views"] = views if views is not None and abs(views) <= MAX_INT64 else None


def _fact(name: str, value: float | str) -> dict[str, float | str | None]:
    if isinstance(value, str):
        return {"name": name, "number": None, "text": value}
    return {"name": name, "number": float(value), "text": None}


def _pack(row: dict[str, Any], schema: "pa.Schema") -> bytes:
    row = row | {"metadata": row["metadata"] | {"sources": list(row["metadata"]["sources"].items())}}
    packed: bytes = import_pyarrow().RecordBatch.from_pylist([row], schema).serialize().to_pybytes()
    return packed


def _sound(value: Any) -> Any:  # noqa: ANN401 - any part of a row
    """The value with U+FFFD for lone surrogates."""
    if isinstance(value, dict):
        return {name: _sound(inner) for name, inner in value.items()}
    if isinstance(value, list):
        return [_sound(inner) for inner in value]
    return sound(value) if isinstance(value, str) else value


class ParquetWriter:
    """Writes rows to a stream in groups of `GROUP_ROWS`; the first group tells the types of the other columns."""

    def __init__(self, stream: IO[bytes], schema: "pa.Schema") -> None:
        self.pa = import_pyarrow()
        self.stream = stream
        self.schema = schema
        self.types: dict[str, str] = {}  # of the other columns
        self.rows: list[Row] = []
        self.size = 0
        self.writer: Any = None

    def add(self, row: Row) -> None:
        """Take a row."""
        self.rows.append(row)
        self.size += len(row.packed)
        if len(self.rows) >= GROUP_ROWS or self.size >= GROUP_BYTES:
            self._write_group()

    def finish(self) -> None:
        """Write what is left, and the end of the file."""
        if self.rows or self.writer is None:
            self._write_group()
        self.writer.close()

    def _write_group(self) -> None:
        pa, rows = self.pa, self.rows
        if self.writer is None:
            self.types = tell_types([row.columns for row in rows])
            others = [(name, pa.type_for_alias(kind)) for name, kind in self.types.items()]
            whole = pa.schema([*self.schema, *(pa.field(*other) for other in others), pa.field(EXTRA, pa.string())])
            self.writer = pa.parquet.ParquetWriter(self.stream, whole, compression=COMPRESSION)
        batches = [pa.ipc.read_record_batch(pa.py_buffer(row.packed), self.schema) for row in rows]
        table = pa.Table.from_batches(batches, self.schema).combine_chunks()
        for name, kind in self.types.items():
            values = [value if TYPES[kind](value := row.columns.get(name)) else None for row in rows]
            table = table.append_column(name, pa.array(_sound(values), pa.type_for_alias(kind)))
        extras = [self._extra(row.columns) for row in rows]
        table = table.append_column(EXTRA, pa.array(extras, pa.string()))
        self.writer.write_table(table, row_group_size=max(len(rows), 1))
        self.rows, self.size = [], 0

    def _extra(self, columns: Mapping[str, object]) -> str | None:
        """The values that have no column of their own, or do not fit it."""
        rest = {
            name: value
            for name, value in columns.items()
            if value is not None and not (name in self.types and TYPES[self.types[name]](value))
        }
        return dumps(rest) if rest else None


def tell_types(rows: list[Mapping[str, object]]) -> dict[str, str]:
    """The type of each column whose values all fit one, in the order in which the columns come up.

    >>> tell_types([{"n": 1, "s": "a", "mixed": 1}, {"n": None, "mixed": "b", "nested": {}}])
    {'n': 'int64', 's': 'string'}
    """
    names = dict.fromkeys(name for row in rows for name in row)
    found = {}
    for name in names:
        values = [row[name] for row in rows if row.get(name) is not None]
        kind = next((kind for kind, fits in TYPES.items() if values and all(map(fits, values))), None)
        if kind:
            found[sound(name)] = kind
    return found
