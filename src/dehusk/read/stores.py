"""Files in an S3 store: found in the order of their keys, and opened."""

import fnmatch
import functools
import glob
import os
from collections.abc import Iterator
from typing import Any, BinaryIO, cast

from dehusk.errors import MissingExtra, UnreadableInput

SCHEME = "s3://"
MAX_ATTEMPTS = 5  # of each request; the store's own retries, with growing pauses
SECONDS = 30.0  # for a connection, and for an answer


def find_keys(address: str) -> Iterator[tuple[str, str]]:
    """The address of every object below this one, and its key from there; in order, a folder listed at a time.

    The address is that of an object, of a folder, or one with wildcards. Raises `UnreadableInput` for one that names
    nothing, and OSError for a store that does not answer.
    """
    path = address.removeprefix(SCHEME).strip("/")
    store = open_store(path.partition("/")[0])
    named: Iterator[tuple[str, str]]
    if glob.has_magic(path):
        base = path[: next(at for at, letter in enumerate(path) if letter in "*?[")].rpartition("/")[0]
        found = (key for key in _walk(store, base) if _fits(key, path))
        named = ((SCHEME + key, key.rpartition("/")[2]) for key in found)
    elif "/" in path and store.get_file_info(path).is_file:
        named = iter([(SCHEME + path, path.rpartition("/")[2])])
    else:
        named = ((SCHEME + key, key[len(path) + 1 :]) for key in _walk(store, path))
    first = next(named, None)
    if first is None:
        raise UnreadableInput(f"no object is at or below {address}")
    yield first
    yield from named


def open_key(address: str) -> BinaryIO:
    """The object's bytes; raises OSError."""
    path = address.removeprefix(SCHEME)
    return cast(BinaryIO, open_store(path.partition("/")[0]).open_input_file(path))


def _walk(store: Any, folder: str) -> Iterator[str]:  # noqa: ANN401 - pyarrow has no types
    """The keys below a folder, in the order of a listing of all."""
    from pyarrow.fs import FileSelector, FileType  # type: ignore[import-untyped]

    infos = store.get_file_info(FileSelector(folder, allow_not_found=True))
    for info in sorted(infos, key=lambda info: info.path + "/" * (info.type == FileType.Directory)):
        if info.type == FileType.Directory:
            yield from _walk(store, info.path)
        elif not info.base_name.startswith("."):
            yield info.path


def _fits(key: str, pattern: str) -> bool:
    """Whether a key fits: `*` stays inside a folder, `**` does not."""
    return fnmatch.fnmatchcase(key, pattern) and ("**" in pattern or key.count("/") == pattern.count("/"))


@functools.lru_cache(maxsize=16)
def open_store(bucket: str) -> Any:  # noqa: ANN401
    """The store that holds this bucket.

    Keys, region and endpoint come from where AWS's own tools look for them: AWS_ENDPOINT_URL names another store.
    """
    try:
        from pyarrow import fs  # type: ignore[import-untyped]
    except ImportError:
        raise MissingExtra("S3 needs an extra: pip install 'dehusk[parquet]'") from None
    endpoint = os.environ.get("AWS_ENDPOINT_URL_S3") or os.environ.get("AWS_ENDPOINT_URL") or ""
    scheme, _, host = endpoint.rpartition("://")
    region = os.environ.get("AWS_REGION") or os.environ.get("AWS_DEFAULT_REGION")
    if not region:
        region = "us-east-1" if host else fs.resolve_s3_region(bucket)
    return fs.S3FileSystem(
        endpoint_override=host.rstrip("/") or None,
        scheme=scheme or "https",
        region=region,
        connect_timeout=SECONDS,
        request_timeout=SECONDS,
        retry_strategy=fs.AwsStandardS3RetryStrategy(max_attempts=MAX_ATTEMPTS),
    )
