"""Run the commands that Markdown pages show, and compare what they print with what is shown.

A fenced block `console` holds commands, each behind `$ `, and under each what it prints, standard error with it; a
command with nothing under it need only succeed. `--update` writes what is printed into the pages instead.
"""

import os
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).parents[1]
BLOCK = re.compile(r"^```console\n(.*?)^```$", re.M | re.S)
PROMPT = "$ "
RUN_BEFORE = ("make test",)  # by .ci/run, of which this is a part


def commands(text: str) -> Iterator[tuple[str, str]]:
    """The commands of a page, each with what is shown under it."""
    for block in BLOCK.findall(text):
        for part in re.split(r"^\$ ", block, flags=re.M)[1:]:
            command, _, shown = part.partition("\n")
            yield command, shown


def output(command: str, folder: Path = ROOT) -> tuple[str, int]:
    """What a command prints, run in this folder with a folder `demo` to write to, and its exit status."""
    (folder / "demo").mkdir(exist_ok=True)
    path = f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"
    given = {name: value for name, value in os.environ.items() if name != "MAKEFLAGS"}
    environment = given | {"PATH": path, "NO_COLOR": "1", "PYTHONIOENCODING": "utf-8"}
    done = subprocess.run(
        ["bash", "-c", command],
        cwd=folder,
        env=environment,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        check=False,
    )
    lines = done.stdout.decode("utf-8", "replace").splitlines()
    return "".join(f"{line.rstrip()}\n" for line in lines), done.returncode


def updated(text: str) -> str:
    """The page, with what its commands print under those that show something."""

    def renew(found: re.Match[str]) -> str:
        return f"```console\n{''.join(_renewed(*shown) for shown in commands(found[0]))}```"

    return BLOCK.sub(renew, text)


def _renewed(command: str, shown: str) -> str:
    """The command, with what it prints if something is shown; one that fails or prints nothing is left as it is."""
    if not shown and command.startswith("make "):
        return f"{PROMPT}{command}\n"
    printed, status = output(command)
    return f"{PROMPT}{command}\n{shown if status or not shown else printed or shown}"


def check(path: Path) -> int:
    """How many commands of a page fail, or print something other than what is shown; all that they print is told."""
    wrong = 0
    for command, shown in commands(path.read_text("utf-8")):
        if command in RUN_BEFORE:
            continue
        say(f"{PROMPT}{command}\n")
        printed, status = output(command)
        say(printed)
        if status or (shown and printed != shown):
            say(f"{path.name}: exit status {status}\n" if status else f"{path.name} shows:\n{shown}\n")
            wrong += 1
    return wrong


def say(text: str) -> None:
    """Print at once."""
    sys.stdout.write(text)
    sys.stdout.flush()


def main(arguments: list[str]) -> int:
    """Check or update these pages; the exit status."""
    paths = [Path(name) for name in arguments if name != "--update"]
    if "--update" in arguments:
        for path in paths:
            path.write_text(updated(path.read_text("utf-8")), "utf-8")
        return 0
    return min(sum(map(check, paths)), 1)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
