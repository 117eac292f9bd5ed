"""Reports as JSON, both ways."""

import json
import math
import re
from base64 import b64encode
from collections.abc import Collection, Mapping
from dataclasses import fields
from typing import Any

from dehusk.errors import BadWire
from dehusk.page import Origin, Page
from dehusk.spans import Claim, Evidence, Label, Span
from dehusk.verdict import (
    Action,
    Candidate,
    Kind,
    Metadata,
    Owner,
    Report,
    Sign,
    SignName,
    Skipped,
    Verdict,
)

WIRE = 1  # the version of this form
SCORE_DECIMALS = 3
SURROGATES = re.compile("[\ud800-\udfff]")
NAMES = frozenset(("wire", "id", "url", "origin", "text", "spans", "clean", "metadata", "verdict", "claims"))
PLAIN_FIELDS = tuple(field.name for field in fields(Metadata) if field.name not in ("tags", "owner", "sources"))


def dump_report(report: Report, *, claims: bool = False, bytes: bool = False) -> dict[str, Any]:
    """The report as JSON values; scores with 3 decimals, `claims` and UTF-8 byte offsets on demand.

    Other columns of the record come along; where a name is taken, `_` is put after it.
    """
    page = report.page
    dumped: dict[str, Any] = {
        "wire": WIRE,
        "id": page.id,
        "url": page.url,
        "origin": _origin(page.origin),
        "text": page.text,
        "spans": [_span(span) for span in report.spans],
        "clean": report.clean,
        "metadata": _metadata(report.metadata),
        "verdict": _verdict(report.verdict),
    }
    if claims:
        dumped["claims"] = [_claim(claim) for claim in report.claims]
    if bytes:
        add_byte_offsets(page.text, [*dumped["spans"], *dumped.get("claims", [])])
    return dumped | free_names(page.columns, NAMES)


def free_names(columns: Mapping[str, object], taken: Collection[str]) -> dict[str, object]:
    """The columns, those with a name that is taken under one with `_` after it.

    >>> free_names({"text": "a", "source": "b"}, {"id", "text"})
    {'text_': 'a', 'source': 'b'}
    """
    free: dict[str, object] = {}
    for name, value in columns.items():
        own = name
        while own in taken or own in free or (own != name and own in columns):
            own += "_"
        free[own] = value
    return free


def dumps_report(report: Report, *, claims: bool = False, bytes: bool = False) -> str:
    """The report as one line of JSON, which can be encoded in UTF-8."""
    return dumps(dump_report(report, claims=claims, bytes=bytes))


def dumps(value: object) -> str:
    """JSON on one line: lone surrogates as U+FFFD, numbers that are none as null, bytes in Base64, dates as text.

    >>> dumps({"a": float("nan"), "b": b"x", "c": chr(0xD800)})
    '{"a": null, "b": "eA==", "c": "\ufffd"}'
    """
    try:
        line = json.dumps(value, ensure_ascii=False, allow_nan=False, default=_plain)
    except ValueError:
        line = json.dumps(_finite(value), ensure_ascii=False, default=lambda odd: _finite(_plain(odd)))
    return sound(line)


def sound(text: str) -> str:
    """The text with U+FFFD for lone surrogates, which no encoding can write."""
    try:
        text.encode()
    except UnicodeEncodeError:
        return SURROGATES.sub("\ufffd", text)
    return text


def _plain(odd: object) -> object:
    """What stands in JSON for a value that it has no form for."""
    if isinstance(odd, bytes | bytearray | memoryview):
        return b64encode(odd).decode()
    if hasattr(odd, "isoformat"):
        return str(odd.isoformat())
    return odd.item() if hasattr(odd, "item") else str(odd)  # a number of numpy's


def _finite(value: object) -> object:
    """The value with None for the numbers that JSON has no form for."""
    if isinstance(value, dict):
        return {key: _finite(inner) for key, inner in value.items()}
    if isinstance(value, list | tuple):
        return [_finite(inner) for inner in value]
    return None if isinstance(value, float) and not math.isfinite(value) else value


def dump_skipped(skipped: Skipped) -> dict[str, Any]:
    """A skip as JSON values."""
    dumped = {field.name: getattr(skipped, field.name) for field in fields(skipped)}
    return {key: value for key, value in dumped.items() if value not in (None, "")}


def add_byte_offsets(text: str, rows: list[dict[str, Any]]) -> None:
    """Give rows with `start` and `end` in characters the same in UTF-8 bytes, in one pass over the text."""
    at, byte, known = 0, 0, {}
    for offset in sorted({row[key] for row in rows for key in ("start", "end")}):
        byte += len(text[at:offset].encode("utf-8", "surrogatepass"))
        at, known[offset] = offset, byte
    for row in rows:
        row["start_byte"], row["end_byte"] = known[row["start"]], known[row["end"]]


def _origin(origin: Origin) -> dict[str, Any]:
    dumped = {"file": origin.file, "record": origin.record, "offset": origin.offset, "lossy": origin.lossy}
    return {key: value for key, value in dumped.items() if value is not None}


def _score(score: float | None) -> float | None:
    return None if score is None else round(float(score), SCORE_DECIMALS)


def _evidence(evidence: Evidence) -> dict[str, Any]:
    return {"tagger": evidence.tagger, "rule": evidence.rule, "facts": dict(evidence.facts)}


def _span(span: Span) -> dict[str, Any]:
    dumped = {
        "start": span.start,
        "end": span.end,
        "label": span.label.value,
        "score": _score(span.score),
        "path": span.path,
        "evidence": [_evidence(evidence) for evidence in span.evidence],
    }
    return dumped | {"hidden": True} if span.hidden else dumped


def _claim(claim: Claim) -> dict[str, Any]:
    return {
        "start": claim.start,
        "end": claim.end,
        "label": claim.label.value,
        "score": _score(claim.score),
        "evidence": _evidence(claim.evidence),
    }


def _metadata(metadata: Metadata) -> dict[str, Any]:
    dumped: dict[str, Any] = {name: getattr(metadata, name) for name in PLAIN_FIELDS}
    owner = metadata.owner
    dumped["tags"] = list(metadata.tags)
    dumped["sources"] = dict(metadata.sources)
    dumped["owner"] = {
        "name": owner.name,
        "score": _score(owner.score),
        "evidence": [_evidence(evidence) for evidence in owner.evidence],
        "candidates": [{"name": c.name, "score": _score(c.score)} for c in owner.candidates],
    }
    return dumped


def _verdict(verdict: Verdict) -> dict[str, Any]:
    return {
        "kind": verdict.kind.value,
        "action": verdict.action.value,
        "complete": verdict.complete,
        "purity": _score(verdict.purity),
        "signs": [
            {"sign": sign.sign.value, "score": _score(sign.score), "spans": list(sign.spans)} for sign in verdict.signs
        ],
    }


def load_report(dumped: Mapping[str, Any]) -> Report:
    """The report of JSON values that `dump_report` gave; raises `BadWire`.

    The markup's blocks are not on the wire; spans, verdict, metadata and columns come back, scores rounded.
    """
    try:
        if dumped.get("wire") != WIRE:
            raise BadWire(f"wire version {dumped.get('wire')!r}; this dehusk reads {WIRE}")
        columns = {name: value for name, value in dumped.items() if name not in NAMES}
        origin = Origin(**dumped["origin"])
        page = Page(dumped["id"], dumped["text"], url=dumped["url"], origin=origin, columns=columns)
        spans = tuple(_load_span(row) for row in dumped["spans"])
        claims = tuple(_load_claim(row) for row in dumped.get("claims", ()))
        return Report(page, spans, _load_verdict(dumped["verdict"]), _load_metadata(dumped["metadata"]), claims)
    except (KeyError, TypeError, ValueError, AttributeError) as error:
        raise BadWire(f"not a report of wire version {WIRE}: {error!r}") from error


def _load_evidence(rows: list[Mapping[str, Any]]) -> tuple[Evidence, ...]:
    return tuple(Evidence(row["tagger"], row["rule"], dict(row["facts"])) for row in rows)


def _load_span(row: Mapping[str, Any]) -> Span:
    evidence = _load_evidence(row["evidence"])
    label, hidden = Label(row["label"]), bool(row.get("hidden"))
    return Span(row["start"], row["end"], label, row["score"], evidence, row["path"], hidden)


def _load_claim(row: Mapping[str, Any]) -> Claim:
    (evidence,) = _load_evidence([row["evidence"]])
    return Claim(row["start"], row["end"], Label(row["label"]), row["score"], evidence)


def _load_verdict(row: Mapping[str, Any]) -> Verdict:
    signs = tuple(Sign(SignName(sign["sign"]), sign["score"], tuple(sign["spans"])) for sign in row["signs"])
    return Verdict(Kind(row["kind"]), Action(row["action"]), row["complete"], row["purity"], signs)


def _load_metadata(row: Mapping[str, Any]) -> Metadata:
    owner = row["owner"]
    candidates = tuple(Candidate(found["name"], found["score"]) for found in owner["candidates"])
    loaded = Owner(owner["name"], owner["score"], _load_evidence(owner["evidence"]), candidates)
    rest = {name: row[name] for name in PLAIN_FIELDS}
    return Metadata(**rest, owner=loaded, tags=tuple(row["tags"]), sources=tuple(row["sources"].items()))
