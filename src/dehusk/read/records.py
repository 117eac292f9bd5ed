"""Records: what an input holds before it is read as a page."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from dehusk.page import Origin

MAX_PAGE_BYTES = 16 * 2**20  # of one page; the largest real page seen in a crawl of 3,000 has 5 MB


class Form(StrEnum):
    """How a record's data are to be read."""

    AUTO = "auto"
    HTML = "html"
    TEXT = "text"


@dataclass(frozen=True, slots=True)
class Record:
    """One page, not yet read: its bytes or text, and what the container says of it."""

    id: str
    data: bytes | str
    form: Form = Form.AUTO
    url: str | None = None
    charset: str | None = None  # of a transport header
    origin: Origin = field(default_factory=Origin)
    columns: Mapping[str, object] = field(default_factory=dict)
