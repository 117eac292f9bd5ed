"""Reports as JSON, both ways."""

import json
from collections.abc import Mapping
from dataclasses import asdict, replace
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


def dump_report(report: Report, *, claims: bool = False, bytes: bool = False) -> dict[str, Any]:
    """The report as JSON values; scores with 3 decimals, `claims` and UTF-8 byte offsets on demand.

    Other columns of the record come along, except where their names are taken.
    """
    page = report.page
    dumped: dict[str, Any] = {
        "wire": WIRE,
        "id": page.id,
        "url": page.url,
        "origin": {key: value for key, value in asdict(page.origin).items() if value is not None},
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
    return dumped | {key: value for key, value in page.columns.items() if key not in dumped}


def dumps_report(report: Report, *, claims: bool = False, bytes: bool = False) -> str:
    """The report as one line of JSON."""
    return json.dumps(dump_report(report, claims=claims, bytes=bytes), ensure_ascii=False, default=str)


def dump_skipped(skipped: Skipped) -> dict[str, Any]:
    """A skip as JSON values."""
    return {key: value for key, value in asdict(skipped).items() if value not in (None, "")}


def add_byte_offsets(text: str, rows: list[dict[str, Any]]) -> None:
    """Give rows with `start` and `end` in characters the same in UTF-8 bytes, in one pass over the text."""
    at, byte, known = 0, 0, {}
    for offset in sorted({row[key] for row in rows for key in ("start", "end")}):
        byte += len(text[at:offset].encode())
        at, known[offset] = offset, byte
    for row in rows:
        row["start_byte"], row["end_byte"] = known[row["start"]], known[row["end"]]


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
    dumped = asdict(metadata)
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

    The markup's blocks are not on the wire; spans, verdict and metadata come back as they were, scores rounded.
    """
    if dumped.get("wire") != WIRE:
        raise BadWire(f"wire version {dumped.get('wire')!r}; this dehusk reads {WIRE}")
    try:
        page = Page(dumped["id"], dumped["text"], url=dumped["url"], origin=Origin(**dumped["origin"]))
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
    rest = {key: value for key, value in row.items() if key not in ("owner", "tags", "sources")}
    metadata = Metadata(**rest, owner=loaded)
    return replace(metadata, tags=tuple(row["tags"]), sources=tuple(row["sources"].items()))
