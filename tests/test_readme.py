"""What README.md and docs/ say is so: their commands, examples, tables and links; and .ci/run runs the commands."""

import re
import subprocess
import sys
import tomllib
from itertools import chain
from pathlib import Path

import pytest
from readme import BLOCK, RUN_BEFORE, commands, output

from dehusk.cli import clean
from dehusk.formats import PARTS, Format
from dehusk.spans import KEPT, Label
from dehusk.verdict import Action, Kind, SignName, SkipReason

PROJECT = Path(__file__).parents[1]
PAGES = {
    str(path.relative_to(PROJECT)): path.read_text("utf-8")
    for path in sorted([*PROJECT.glob("*.md"), *PROJECT.glob("docs/*.md"), PROJECT / "examples/README.md"])
}
README = PAGES["README.md"]
CI = (PROJECT / ".ci/run").read_text("utf-8")
# The commands of a block belong together; those of make are for .ci/run.
SHOWN = [
    pytest.param(shown, id=f"{name}: {shown[0][0]}")
    for name, text in PAGES.items()
    for block in BLOCK.finditer(text)
    if not (shown := list(commands(block[0])))[0][0].startswith("make ")
]


def cells(name, heading):
    """The first cells of the table of a page whose head begins so."""
    head = f"| {heading} |"
    lines = PAGES[name].split(head, 1)[1].splitlines()[2:]
    table = lines[: next((n for n, line in enumerate(lines) if not line.startswith("|")), len(lines))]
    return [line.split("|")[1].strip().strip("`") for line in table]


def test_commands_stand_in_console_blocks_only():
    assert re.findall(r"^```(?:bash|sh|shell)\b", "\n".join(PAGES.values()), re.M) == []
    assert all(shown for shown in re.findall(r"^```console\n(.*)", README, re.M))
    assert [line for line in re.findall(r"^```console\n(.*)", README, re.M) if not line.startswith("$ ")] == []


def test_ci_runs_the_test_command_first_and_then_every_other_command():
    lines = CI.splitlines()
    first = [lines.index(command) for command in RUN_BEFORE]
    assert set(RUN_BEFORE) <= {command for command, _ in commands(README)}
    assert all(line < lines.index(".venv/bin/python scripts/readme.py README.md") for line in first)
    assert "set -euo pipefail" in lines
    assert (PROJECT / ".ci/run").stat().st_mode & 0o111


def test_make_knows_the_targets_that_are_shown():
    targets = set(re.findall(r"^([\w-]+):", (PROJECT / "Makefile").read_text("utf-8"), re.M))
    named = set(re.findall(r"(?:`|\$ )make ([\w-]+)", "\n".join([*PAGES.values(), CI])))
    assert named <= targets


@pytest.mark.parametrize("block", SHOWN)
def test_commands_print_what_is_shown(block, tmp_path):
    (tmp_path / "examples").symlink_to(PROJECT / "examples")
    for command, shown in block:
        printed, status = output(command, tmp_path)
        assert status == 0, printed
        assert not shown or printed == shown, "if the new output is right: make readme"


@pytest.mark.parametrize("name", [name for name, text in PAGES.items() if "```python" in text])
def test_python_examples_give_what_is_shown(name, tmp_path):
    examples = tmp_path / "examples.txt"
    examples.write_text("\n".join(re.findall(r"^```python\n(.*?)^```$", PAGES[name], re.M | re.S)), "utf-8")
    assert ">>>" in examples.read_text("utf-8")
    done = subprocess.run([sys.executable, "-m", "doctest", examples], capture_output=True, cwd=tmp_path, check=False)
    assert done.returncode == 0, done.stdout.decode()


@pytest.mark.parametrize("name", PAGES)
def test_links_lead_somewhere(name):
    targets = re.findall(r"\]\(([^)#]+)(?:#[^)]*)?\)", PAGES[name])
    here = [target for target in targets if ":" not in target]
    assert [target for target in here if not (PROJECT / name).parent.joinpath(target).exists()] == []


@pytest.mark.parametrize(
    ("name", "heading", "values"),
    [
        ("README.md", "label", Label),
        ("docs/labels.md", "label", Label),
        ("docs/formats.md", "`--to`", Format),
        ("docs/report.md", "sign", SignName),
        ("docs/troubleshooting.md", "reason", SkipReason),
    ],
)
def test_tables_have_every_value(name, heading, values):
    assert sorted(cells(name, heading)) == sorted(values)


def test_the_verdict_is_told_whole():
    for text in (README, PAGES["docs/report.md"]):
        assert [word for word in [*SignName, *Kind, *Action] if not re.search(rf"\b{word}\b", text)] == []


def test_kept_labels_are_told():
    assert {Label.TITLE, Label.ARTICLE} == KEPT
    assert "`title` and `article` are kept" in README


def test_exit_statuses_are_the_same_everywhere():
    statuses = cells("README.md", "status")
    assert statuses == cells("docs/troubleshooting.md", "status")
    done = subprocess.run([sys.executable, "-m", "dehusk.cli", "clean", "--help"], capture_output=True, check=True)
    told = re.findall(r"(?:status: |; )(\d+) ", done.stdout.decode().replace("\n", " ").replace("  ", " "))
    assert set(told) <= set(statuses)


def test_every_option_of_clean_is_documented():
    text = "\n".join(text for name, text in PAGES.items() if name.startswith("docs/"))
    options = [parameter.opts for parameter in clean.params if parameter.opts[0].startswith("-")]
    assert [names for names in options if not any(re.search(rf"[` ]{name}\b", text) for name in names)] == []
    assert [part for part in PARTS if f"`{part}`" not in PAGES["docs/clean.md"]] == []


def test_extras_are_documented():
    project = tomllib.loads((PROJECT / "pyproject.toml").read_text("utf-8"))["project"]
    assert sorted(cells("docs/troubleshooting.md", "extra")) == sorted(project["optional-dependencies"])


def test_constraints_name_exact_versions_of_all_requirements():
    lines = (PROJECT / "constraints.txt").read_text("utf-8").splitlines()
    pins = [line for line in lines if not line.startswith("#")]
    assert [pin for pin in pins if not re.fullmatch(r"[\w.-]+==[\w.+!-]+", pin)] == []
    pinned = {pin.partition("==")[0].lower().replace("_", "-") for pin in pins}
    project = tomllib.loads((PROJECT / "pyproject.toml").read_text("utf-8"))["project"]
    wanted = [*project["dependencies"], *chain.from_iterable(project["optional-dependencies"].values())]
    names = {re.match(r"[\w-]+", requirement)[0].lower() for requirement in wanted} - {"dehusk"}
    assert names <= pinned
