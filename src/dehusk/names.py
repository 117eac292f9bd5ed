"""Names of files for ids that strangers chose: inside their folder, allowed everywhere, no two alike."""

import re
from hashlib import blake2b
from pathlib import PurePath
from unicodedata import category, normalize

MAX_STEM_BYTES = 180  # of a file name; systems allow 255, of which endings and numbers take some
DIGEST_BYTES = 5  # that stand for what was cut off
UNSAFE = re.compile(r'[\x00-\x1f\x7f/\\:*?"<>|]')  # separators here or elsewhere, and what Windows forbids
UNSEEN_CATEGORIES = frozenset(("Cc", "Cf", "Cs", "Co", "Zl", "Zp"))
RESERVED = re.compile(r"(?:con|prn|aux|nul|(?:com|lpt)[0-9\u00b9\u00b2\u00b3])(?:\..*)?", re.I | re.S)  # on Windows
DEFAULT_STEM = "page"


def safe_stem(id: str) -> str:
    """A file name, without ending, that says as much of an id as is safe.

    >>> [safe_stem(id) for id in ("a/b", "../../etc/passwd", "<urn:uuid:1>", "con", "")]
    ['a_b', '_.._etc_passwd', '_urn_uuid_1_', '_con', 'page']
    """
    stem = "".join("_" if category(c) in UNSEEN_CATEGORIES else c for c in normalize("NFC", UNSAFE.sub("_", id)))
    stem = stem.strip(" .")
    if stem.startswith(("-", "~")) or RESERVED.fullmatch(stem):
        stem = f"_{stem}"
    data = stem.encode()
    if len(data) > MAX_STEM_BYTES:
        digest = blake2b(id.encode("utf-8", "surrogatepass"), digest_size=DIGEST_BYTES).hexdigest()
        stem = f"{data[: MAX_STEM_BYTES - len(digest) - 1].decode('utf-8', 'ignore')}-{digest}"
    return stem or DEFAULT_STEM


class Names:
    """Gives each file a name of its own: `-2`, `-3` … for later ones whose names differ in nothing but case."""

    def __init__(self) -> None:
        self.counts: dict[str, int] = {}  # of the files that asked for a name; 1 for names given for another

    def give(self, stem: str) -> str:
        """The stem, or the stem with the first free number."""
        own, number = stem, self.counts.get(_key(stem), 0) + 1
        while _key(own) in self.counts:
            own = f"{stem}-{number}"
            number += 1
        self.counts[_key(stem)] = max(number - 1, 1)
        self.counts.setdefault(_key(own), 1)
        return own

    def give_path(self, path: PurePath) -> PurePath:
        """The path, with the first free number before its endings."""
        ending = "".join(path.suffixes)
        own = self.give(path.as_posix().removesuffix(ending))
        return PurePath(own + ending)


def _key(name: str) -> str:
    """Alike for names that some file system takes for one."""
    return normalize("NFC", normalize("NFKD", name).casefold())
