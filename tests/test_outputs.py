"""Where reports go: names from strangers stay in their folder, and a finished name means a finished file."""

import json
import os
from pathlib import Path, PurePath

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dehusk.formats import Format, Rendered, View
from dehusk.names import Names, safe_stem
from dehusk.outputs import FOLDER_PART, is_file, open_output, open_skips, own_files
from dehusk.verdict import Skipped, SkipReason

PLAIN_IDS = "a A a-2 a. .. . ../../x /etc/passwd a/b a\\b con NUL.txt com1 -rf ~root .hidden é ﬁ fi ß SS <urn:1>"
ODD_IDS = st.sampled_from([*PLAIN_IDS.split(), "", "a\0b", "\ud800", " a ", "e\u0301", "x" * 300, "水" * 200, "a\nb"])
IDS = st.lists(st.one_of(ODD_IDS, st.text(max_size=10)), max_size=30)


def page(id, body=b"text\n"):
    return Rendered(id, None, body)


@given(IDS)
def test_names_stay_in_their_folder_and_differ_in_more_than_case(ids):
    names = Names()
    given_names = [f"{names.give(safe_stem(id))}.txt" for id in ids]
    assert len({name.casefold() for name in given_names}) == len(ids)
    for name in given_names:
        path = Path("/out") / name
        assert path.parent == Path("/out")
        assert os.path.normpath(path) == str(path)
        assert PurePath(name).name == name
        assert not name.startswith((".", "-"))
        assert len(name.encode()) <= 250
        assert not set(name) & set('/\\:*?"<>|\0\n\r')


@given(st.text(min_size=1))
def test_a_name_depends_on_the_id_alone(id):
    assert Names().give(safe_stem(id)) == safe_stem(id)


def test_later_pages_of_one_name_are_numbered():
    names = Names()
    assert [names.give(stem) for stem in ("a", "A", "a", "a-2", "b", "a")] == ["a", "A-2", "a-3", "a-2-2", "b", "a-4"]


def test_long_ids_with_one_beginning_get_names_apart():
    assert safe_stem("x" * 300) != safe_stem("x" * 301)


def fill(out, *items, view=None):
    with open_output(out, view or View()) as add:
        for item in items:
            add(item)


def test_pages_in_one_file_are_set_apart_by_a_form_feed_line(tmp_path):
    fill(tmp_path / "o.txt", page("a", b"one\n"), Skipped("s", SkipReason.EMPTY), page("b", b""), page("c", b"three\n"))
    assert (tmp_path / "o.txt").read_bytes() == b"one\n\f\n\f\nthree\n"


def test_a_folder_has_a_file_a_page(tmp_path):
    fill(tmp_path / "new" / "o", page("x/y"), page("x_y", b"2"), page(".."), view=View(format=Format.MARKDOWN))
    found = {path.name: path.read_bytes() for path in (tmp_path / "new" / "o").iterdir()}
    assert found == {"x_y.md": b"text\n", "x_y-2.md": b"2", "page.md": b"text\n"}


def interrupted_run(out):
    with open_output(out, View()) as add, open_skips(out) as skip:
        add(page("a"))
        skip(Skipped("s", SkipReason.EMPTY))
        raise KeyboardInterrupt


@pytest.mark.parametrize("name", ["o.txt", "o"])
def test_what_is_half_written_never_has_its_name(tmp_path, name):
    out = tmp_path / name
    with pytest.raises(KeyboardInterrupt):
        interrupted_run(out)
    assert sorted(path.relative_to(tmp_path).as_posix() for path in tmp_path.rglob("*")) in ([], ["o", "o/a.txt"])


def test_an_older_output_stands_until_the_new_one_is_whole(tmp_path):
    out = tmp_path / "o.txt"
    out.write_text("old")
    (tmp_path / "o.txt.part").write_text("left by a run that was killed, and longer")
    with pytest.raises(KeyboardInterrupt):
        interrupted_run(out)
    assert out.read_text() == "old"
    fill(out, page("a"))
    assert [path.name for path in tmp_path.iterdir()] == ["o.txt"]
    assert out.read_text() == "text\n"


def test_the_part_a_killed_run_left_in_a_folder_goes(tmp_path):
    (tmp_path / FOLDER_PART).write_text("left")
    fill(tmp_path, page("a"))
    assert [path.name for path in tmp_path.iterdir()] == ["a.txt"]


def test_skips_stand_beside_the_output(tmp_path, capsys):
    out = tmp_path / "o"
    with open_skips(out) as skip:
        skip(Skipped("\ud800", SkipReason.BINARY, "why", "f", 2))
    path = tmp_path / "o.skipped.jsonl"
    row = {"id": "\ufffd", "reason": "binary", "detail": "why", "file": "f", "record": 2}
    assert json.loads(path.read_text()) == row
    with open_skips(out):
        pass
    assert not path.exists()  # nothing was skipped this time
    with open_skips(None) as skip:
        skip(Skipped("\x1b[2J", SkipReason.EMPTY))
    assert capsys.readouterr().err == '{"id": "\\u001b[2J", "reason": "empty", "record": 0}\n'


def test_what_is_no_plain_file_is_written_as_it_stands():
    fill(Path(os.devnull), page("a"))
    assert not Path(os.devnull).is_file()
    with pytest.raises(OSError, match="No space left"):
        fill(Path("/dev/full"), page("a"))


def test_an_output_is_a_file_by_its_ending_unless_a_folder_is_there(tmp_path):
    (tmp_path / "d.txt").mkdir()
    assert [is_file(tmp_path / name) for name in ("o.txt", "o", "d.txt")] == [True, False, False]


def test_own_files_are_the_output_and_what_is_beside_it(tmp_path):
    names = {path.name for path in own_files(tmp_path / "o.jsonl", Format.JSONL)}
    assert names == {"o.jsonl", "o.jsonl.part", "o.jsonl.skipped.jsonl", "o.jsonl.skipped.jsonl.part"}


def test_html_shows_the_first_pages_and_says_so(tmp_path, monkeypatch, capsys):
    from dehusk import outputs
    from dehusk.pipeline import purify
    from dehusk.wire import dumps_report

    monkeypatch.setattr(outputs, "MAX_HTML_PAGES", 2)
    pages = [page(id, dumps_report(purify("A line of text.", id=id)).encode()) for id in "abc"]
    fill(tmp_path / "o.html", *pages, view=View(format=Format.HTML))
    html = (tmp_path / "o.html").read_text()
    assert html.count("<section") == 2
    assert "2 of 3" in html
    assert "first 2 of 3" in capsys.readouterr().err
