"""Imports point down: a module imports from the layers before its own, and from its own."""

import ast
from collections.abc import Iterator
from graphlib import TopologicalSorter
from pathlib import Path

import pytest

import dehusk

ROOT = Path(dehusk.__file__).parent
PROJECT = Path(__file__).parents[1]
# From the bottom up; what stands on one line may import from one another. ARCHITECTURE.md says what each layer is for.
LAYERS = (
    ("errors",),
    ("page",),
    ("spans",),
    ("verdict",),
    ("read",),
    ("words", "dates"),
    ("features",),
    ("owner", "metadata"),
    ("judge",),
    ("taggers",),
    ("worker", "workers"),
    ("pipeline",),
    ("wire",),
    ("html", "terminal", "markdown", "parquet", "dolma"),
    ("formats",),
    ("names", "outputs"),
    ("clean",),
    ("train",),
    ("cli",),
    ("__init__",),
)
RANKS = {name: rank for rank, names in enumerate(LAYERS) for name in names}
MODULES = sorted(ROOT.rglob("*.py"))


def name_of(path: Path) -> str:
    """The module's name below dehusk: `read.html`, `read` for its `__init__`, empty for that of dehusk."""
    parts = path.relative_to(ROOT).with_suffix("").parts
    return ".".join(part for part in parts if part != "__init__")


NAMES = {name_of(path) for path in MODULES}


def layer(name: str) -> int:
    return RANKS[name.partition(".")[0] or "__init__"]


def imported(source: str, package: str) -> Iterator[str]:
    """The modules of dehusk that a source imports, wherever in it; `package` is that of the source, below dehusk."""
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Import):
            yield from (found or "__init__" for alias in node.names if (found := below(alias.name)) is not None)
        elif isinstance(node, ast.ImportFrom):
            base = below(absolute(node.module or "", package, node.level))
            yield from () if base is None else (home(base, alias.name) for alias in node.names)
        elif isinstance(node, ast.Constant) and isinstance(node.value, str):
            yield from named(node.value, package)


def named(text: str, package: str) -> Iterator[str]:
    """The module that a string names, for `import_module` and its like to find, by a table or not."""
    bare = text.lstrip(".")
    name = absolute(bare, package, len(text) - len(bare))
    if bare and name.startswith("dehusk.") and (found := below(name)) in NAMES:
        yield str(found)


def absolute(module: str, package: str, level: int) -> str:
    """The full name of a module that is named with `level` dots in front."""
    if not level:
        return module
    steps = ["dehusk", *filter(None, package.split("."))]
    return ".".join([*steps[: len(steps) - level + 1], *filter(None, [module])])


def below(name: str) -> str | None:
    """The name below dehusk; None for what is not of dehusk."""
    return name.removeprefix("dehusk").removeprefix(".") if name.partition(".")[0] == "dehusk" else None


def home(base: str, name: str) -> str:
    """The module that `from base import name` takes from: a module of that name, else where a public name lives."""
    inner = f"{base}.{name}".lstrip(".")
    if inner in NAMES:
        return inner
    if base:
        return base
    # What the package itself says, such as its version, takes from no module.
    return "" if name == "__version__" else dehusk.HOMES.get(name, "__init__")


def imports_of(path: Path) -> list[str]:
    name = name_of(path)
    package = name if path.stem == "__init__" else name.rpartition(".")[0]
    return [found for found in imported(path.read_text("utf-8"), package) if found]


def test_every_module_has_a_layer():
    assert {(name.partition(".")[0] or "__init__") for name in NAMES} - RANKS.keys() == set()


def test_every_layer_has_a_module():
    assert RANKS.keys() - {(name.partition(".")[0] or "__init__") for name in NAMES} == set()


@pytest.mark.parametrize("path", MODULES, ids=lambda path: str(path.relative_to(ROOT)))
def test_imports_point_down(path):
    here = layer(name_of(path))
    assert [found for found in imports_of(path) if layer(found) > here] == []


def test_imports_go_in_no_circle():
    graph = {name_of(path): set(imports_of(path)) - {name_of(path)} for path in MODULES}
    assert set(TopologicalSorter(graph).static_order()) >= graph.keys()


@pytest.mark.parametrize(
    ("source", "package", "found"),
    [
        ("import dehusk.wire", "", ["wire"]),
        ("import os, dehusk.read.html as h", "", ["read.html"]),
        ("from dehusk import wire", "", ["wire"]),
        ("from dehusk import purify", "", ["pipeline"]),
        ("from dehusk import Report", "", ["verdict"]),
        ("from dehusk import __version__", "", [""]),
        ("import dehusk", "", ["__init__"]),
        ("from dehusk import *", "", ["__init__"]),
        ("from dehusk.read import html, read_page", "", ["read.html", "read"]),
        ("from dehusk.wire import dump_report", "", ["wire"]),
        ("from . import wire", "", ["wire"]),
        ("from .wire import dump_report", "", ["wire"]),
        ("from . import html", "read", ["read.html"]),
        ("from .html import read_html", "read", ["read.html"]),
        ("from ..wire import dump_report", "read", ["wire"]),
        ("from .. import wire", "read", ["wire"]),
        ("def f():\n    from dehusk import wire", "", ["wire"]),
        ("if TYPE_CHECKING:\n    from dehusk import wire", "", ["wire"]),
        ("try:\n    import dehusk.wire\nexcept ImportError:\n    pass", "", ["wire"]),
        ("importlib.import_module('dehusk.wire')", "", ["wire"]),
        ("import_module('..wire', __package__)", "read", ["wire"]),
        ("__import__('dehusk.wire')", "", ["wire"]),
        ("LATER = {'score': 'dehusk.train.score'}", "", ["train.score"]),
        ("'dehusk', 'dehusk.wiring', '...', 'see .wire.'", "read", []),
        ("import dehusker.wire, os\nfrom os import path", "", []),
    ],
)
def test_every_form_of_import_is_seen(source, package, found):
    assert list(imported(source, package)) == found


def test_the_layers_are_those_of_the_document():
    text = (PROJECT / "ARCHITECTURE.md").read_text("utf-8")
    rows = [line.split("|")[1] for line in text.splitlines() if line.startswith("| `")]
    named = [tuple(name.strip().strip("`") for name in row.split(",")) for row in rows]
    assert named == list(LAYERS[:-1])
