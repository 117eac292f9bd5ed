"""The `dehusk` command."""

import os
import shutil
import sys
import time
import traceback
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING, Any, NoReturn

import click

from dehusk import __version__
from dehusk.errors import DehuskError

if TYPE_CHECKING:
    from dehusk.clean import Wanted
    from dehusk.formats import View
    from dehusk.verdict import SignName

CONTEXT = {"help_option_names": ["-h", "--help"], "max_content_width": 100}
FORMATS = ("text", "markdown", "jsonl", "parquet", "dolma", "html", "terminal")
NEED_OUT = ("parquet", "dolma", "html")
# What an option is for; with any other format it would do nothing, and silence would mislead.
MEANT_FOR = {
    "keep": ("text", "markdown", "jsonl", "parquet"),
    "no_title": ("text", "markdown"),
    "links": ("markdown",),
    "images": ("markdown",),
    "claims": ("jsonl", "parquet"),
    "bytes": ("jsonl", "parquet"),
    "explain": ("text", "terminal"),
}
DEFAULT_WIDTH = 100
BUG_STATUS = 70  # as sysexits.h has it; what Python ends with, 1, would say that all went well but for skips
CLEAN_EXAMPLES = """\b
Examples:
  dehusk clean page.html                         the article, to standard output
  dehusk clean page.html --explain               every span, with its evidence
  curl -s URL | dehusk clean --to markdown       from standard input
  dehusk clean crawl/*.warc.gz -o out.jsonl --to jsonl --jobs 8
  dehusk clean docs.jsonl.gz -o docs.parquet --to parquet --column html
  dehusk clean pages/ -o clean/                  one text file a page
  dehusk clean page.txt -q --fail-on spam_injected=0.9

\b
Exit status: 0 done; 1 done, with skips; 2 wrong usage; 3 no input could be read,
or the output cannot be written; 4 --fail-on was met; 130 interrupted."""


LATER = {"score": "dehusk.train.commands", "plant": "dehusk.train.commands"}


class Commands(click.Group):
    """The commands, those of `LATER` imported when they are called for."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        """The names of all commands."""
        return sorted([*super().list_commands(ctx), *LATER])

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """The command of this name; None if there is none."""
        if cmd_name in LATER:
            command: click.Command = getattr(import_module(LATER[cmd_name]), cmd_name)
            return command
        return super().get_command(ctx, cmd_name)


@click.group(cls=Commands, context_settings=CONTEXT, epilog="'dehusk COMMAND --help' tells more, with examples.")
@click.version_option(__version__, prog_name="dehusk", message="%(prog)s %(version)s")
def dehusk() -> None:
    """Read web pages and say for every character what it is: the article, or husk around it."""


class FailOn(click.ParamType):  # type: ignore[type-arg]  # generic in new versions only
    """A sign and a score, as SIGN=SCORE."""

    name = "SIGN=SCORE"

    def convert(
        self,
        value: Any,  # noqa: ANN401 - click's
        param: click.Parameter | None,
        ctx: click.Context | None,
    ) -> "tuple[SignName, float]":
        """The sign and the score."""
        from dehusk.verdict import SignName

        name, _, score = str(value).partition("=")
        try:
            found = SignName(name), float(score)
        except ValueError:
            self.fail(f"{value!r}; SIGN is one of {', '.join(SignName)}, SCORE a number from 0 to 1", param, ctx)
        if not 0 < found[1] <= 1:
            self.fail(f"the score of {value!r} is not above 0 and up to 1", param, ctx)
        return found


def _keep(_context: click.Context, _parameter: click.Parameter, value: str | None) -> tuple[str, ...]:
    """The names given to `--keep`."""
    from dehusk.formats import PARTS
    from dehusk.spans import Label

    known = (*(label.value for label in Label), *PARTS)
    names = tuple(name.strip() for name in (value or "").split(",") if name.strip())
    if unknown := [name for name in names if name not in known]:
        raise click.BadParameter(f"{', '.join(unknown)}; there are {', '.join(known)}")
    return names


@dehusk.command(epilog=CLEAN_EXAMPLES)
@click.argument("inputs", nargs=-1, metavar="[INPUT ...]")
@click.option("-o", "--out", metavar="OUT", help="A file if the name has an ending, else a folder with a file a page.")
@click.option("--to", "to", type=click.Choice(FORMATS), default="text", show_default=True, help="What to write.")
@click.option("--jobs", type=click.IntRange(min=1), help="Processes to work on [default: one a processor].")
@click.option("--url", help="The address of the one page, for relative links and the name of the site.")
@click.option("--id", "id", help="The id of the one page.")
@click.option("--keep", callback=_keep, metavar="NAMES", help="Labels and parts to keep: title,article,comments …")
@click.option("--favor", type=click.Choice(("precision", "recall")), help="In doubt: less husk, or less article lost.")
@click.option("--no-title", is_flag=True, help="Leave the title out of text and Markdown.")
@click.option("--links", is_flag=True, help="Links in Markdown.")
@click.option("--images", is_flag=True, help="Images in Markdown.")
@click.option("--claims", is_flag=True, help="All claims of the taggers, in JSON and Parquet.")
@click.option("--bytes", "bytes", is_flag=True, help="Offsets in bytes of UTF-8 too, in JSON and Parquet.")
@click.option("--explain", is_flag=True, help="Instead of the text, every span with its evidence.")
@click.option("--column", metavar="NAME", help="The column of records that holds the page [default: html, else text].")
@click.option("--limit", type=click.IntRange(min=1), metavar="N", help="Only the first N records.")
@click.option("--fail-on", type=FailOn(), multiple=True, help="Exit with 4 if a page has this sign with this score.")
@click.option("--max-seconds", type=click.FloatRange(min=0, min_open=True), metavar="S", help="Of one page [30].")
@click.option("-q", "quiet", is_flag=True, help="No progress bar and no counts.")
@click.option("-v", "verbose", is_flag=True, help="Say how long it took.")
def clean(**options: Any) -> int:  # noqa: ANN401 - click's
    """Take the husk off pages: HTML, text, JSON lines, WARC, WET, ARC and Parquet, packed or not.

    INPUT is a file, a folder, a glob, an address s3://… or - for standard input.
    """
    from dehusk.clean import WrongUse
    from dehusk.clean import clean as run
    from dehusk.pipeline import MAX_SECONDS, Favor, Settings

    begin = time.monotonic()
    wanted, view = _wanted(options), _view(options)
    favor = Favor(options["favor"]) if options["favor"] else None
    try:
        tally = run(wanted, view, Settings(max_seconds=options["max_seconds"] or MAX_SECONDS, favor=favor))
    except WrongUse as error:
        raise click.UsageError(str(error)) from error
    if not options["quiet"]:
        seconds = max(time.monotonic() - begin, 0.001)
        speed = f"; {seconds:.1f} s, {tally.reports / seconds:.1f} pages/s" if options["verbose"] else ""
        click.echo(f"dehusk: {tally}{speed}", err=True)
    return tally.status


def _wanted(options: dict[str, Any]) -> "Wanted":
    """What to clean; raises `UsageError`."""
    from dehusk.clean import Wanted

    inputs, out, to = options["inputs"], options["out"], options["to"]
    if not inputs and sys.stdin.isatty():
        raise click.UsageError("no INPUT; - is standard input")
    out = None if out in (None, "-") else out
    if out is None and to in NEED_OUT:
        raise click.UsageError(f"--to {to} needs -o {'FOLDER' if to == 'dolma' else 'FILE'}")
    for name, formats in MEANT_FOR.items():
        if options[name] and to not in formats:
            raise click.UsageError(f"--{name.replace('_', '-')} is for --to {' and '.join(formats)}, not {to}")
    path = None if out is None else Path(out)
    _check_kind(path, out, to)
    quiet = options["quiet"] or not sys.stderr.isatty() or (path is None and sys.stdout.isatty())
    given = {name: options[name] for name in ("column", "limit", "id", "url", "jobs")}
    return Wanted(inputs=inputs or ("-",), out=path, progress=not quiet, **given)


def _check_kind(path: Path | None, name: str | None, to: str) -> None:
    """Raise `UsageError` for a folder where a file is wanted, and the other way round."""
    from dehusk.outputs import is_file

    if path is None or name is None:
        return
    as_file = is_file(path) and not name.endswith("/")
    if to == "parquet" and not as_file:
        raise click.UsageError(f"--to parquet writes one file; {name} is a folder, or has no ending")
    if to == "dolma" and as_file:
        raise click.UsageError(f"--to dolma writes a folder; {name} is a file, or has an ending")


def _view(options: dict[str, Any]) -> "View":
    from dehusk.formats import Format, View

    shown = options["out"] in (None, "-") and sys.stdout.isatty()
    names = ("keep", "links", "images", "claims", "bytes", "explain", "fail_on")
    return View(
        format=Format(options["to"]),
        title=not options["no_title"],
        width=shutil.get_terminal_size().columns if shown else DEFAULT_WIDTH,
        color=shown and not os.environ.get("NO_COLOR"),
        **{name: options[name] for name in names},
    )


def main() -> NoReturn:
    """Run the command, and exit with its status."""
    try:
        with dehusk.make_context("dehusk", sys.argv[1:]) as context:
            status = dehusk.invoke(context)
        sys.stdout.flush()
    except click.exceptions.Exit as ended:
        status = ended.exit_code
    except click.ClickException as error:
        error.show()
        status = error.exit_code
    except (KeyboardInterrupt, click.Abort):
        status = _say("interrupted", 130)
    except BrokenPipeError:  # whoever read has seen enough
        status = 0
    except DehuskError as error:
        status = _say(str(error), 3)
    except OSError as error:
        status = _say(f"the output cannot be written: {error}", 3)
    except Exception:  # noqa: BLE001 - a bug: shown whole, with a status of its own
        traceback.print_exc()
        status = BUG_STATUS
    _forget_output()
    sys.exit(status)


def _say(message: str, status: int) -> int:
    click.echo(f"dehusk: {message}", err=True)
    return status


def _forget_output() -> None:
    """Let nothing be written to standard output at exit: what could be written has been."""
    nowhere = os.open(os.devnull, os.O_WRONLY)
    os.dup2(nowhere, sys.stdout.fileno())
    os.close(nowhere)


if __name__ == "__main__":
    main()
