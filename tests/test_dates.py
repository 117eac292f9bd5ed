import pytest
from hypothesis import given
from hypothesis import strategies as st

from dehusk.dates import find_dates, normalise


@pytest.mark.parametrize(
    ("text", "iso"),
    [
        ("2025-01-05 03:41", "2025-01-05T03:41"),
        ("Views:57 Updated:2025-01-07 04:12", "2025-01-07T04:12"),
        ("Sunday, January 5, 2025 7:35PM", "2025-01-05T19:35"),
        ("12:20pm Jan 5, 2025", "2025-01-05T12:20"),
        ("Ann ExampleJanuary 5, 2025", "2025-01-05"),
        ("1st of May 2021", "2021-05-01"),
        ("Jan. 17, 2025 @ 01:39 PM EST", "2025-01-17T13:39-05:00"),
        ("Sep 2, 2024, 17:07 IST", "2024-09-02T17:07"),  # India, Ireland or Israel: no zone is given
        ("05 Jan 25", "2025-01-05"),
        ("Sonntag, den 5. Januar 2025 um 15:21 Uhr", "2025-01-05T15:21"),
        ("5 janvier 2025 à 14h30", "2025-01-05T14:30"),
        ("domingo 5 de enero del 2025, 10:22h", "2025-01-05T10:22"),
        ("5 de março de 2025 às 8h05", "2025-03-05T08:05"),
        ("5 gennaio 2025 alle ore 14:30", "2025-01-05T14:30"),
        ("zondag 5 maart 2025 om 14.30", "2025-03-05T14:30"),
        ("niedziela, 5 stycznia 2025 14:30", "2025-01-05T14:30"),
        ("5 Ocak 2025 Pazar 14:30", "2025-01-05T14:30"),
        ("Senin, 5 Januari 2025 14:30 WIB", "2025-01-05T14:30+07:00"),
        ("Chủ nhật, 5/1/2025, 14:30 (GMT+7)", "2025-01-05T14:30+07:00"),
        ("ngày 05 tháng 01 năm 2025", "2025-01-05"),
        ("5 января 2025, 14:30", "2025-01-05T14:30"),
        ("8 грудня 2021 р.", "2021-12-08"),
        ("٥ يناير ٢٠٢٥", "2025-01-05"),
        ("5 जनवरी 2025", "2025-01-05"),
        ("5 בינואר 2025", "2025-01-05"),
        ("5 ม.ค. 2568", "2025-01-05"),
        ("2025年1月5日 14:30", "2025-01-05T14:30"),
        ("2025年1月5日 下午2:30", "2025-01-05T14:30"),
        ("2025년 1월 5일 오후 2:30", "2025-01-05T14:30"),
        ("2025. 1. 5. 오후 2:30", "2025-01-05T14:30"),
        ("2025. január 5.", "2025-01-05"),
        ("5 ledna 2025", "2025-01-05"),
        ("5 januari 2025 kl. 14.30", "2025-01-05T14:30"),
        ("05.01.2025", "2025-01-05"),
        ("01/13/2025", "2025-01-13"),
        ("January 2025", "2025-01"),
    ],
)
def test_dates_are_read_as_they_are_shown(text, iso):
    assert [found.iso for found in find_dates(text)] == [iso]


@pytest.mark.parametrize(
    "text",
    [
        "version 1.2.34",
        "192.168.10.12",
        "the 2024 season",
        "In 2024, 5 people may come",
        "call 555 12-34-56",
        "31.02.2025",  # no such day
        "99/99/2025",
        "",
    ],
)
def test_other_numbers_are_no_dates(text):
    assert find_dates(text) == []


def test_the_order_of_day_and_month_is_that_of_the_language_where_both_fit():
    assert [find_dates("01/05/2025", month_first=first)[0].iso for first in (False, True)] == [
        "2025-05-01",
        "2025-01-05",
    ]


def test_offsets_show_the_date_with_weekday_and_time_and_nothing_else():
    text = "Posted on Sunday, January 5, 2025 at 3:41 pm by Ann | Edited 2025-01-06"
    shown = [text[found.start : found.end] for found in find_dates(text)]
    assert shown == ["Sunday, January 5, 2025 at 3:41 pm", "2025-01-06"]


@pytest.mark.parametrize(
    ("value", "iso"),
    [
        ("2025-01-05T03:41:07.123+0100", "2025-01-05T03:41:07+01:00"),
        ("2025-01-05T03:41Z", "2025-01-05T03:41Z"),
        ("20250105", "2025-01-05"),
        ("20250105034100", "2025-01-05T03:41:00"),
        ("1700000000", "2023-11-14T22:13:20Z"),
        ("1700000000000", "2023-11-14T22:13:20Z"),
        ("Mon Jan 06 2025 00:00:00 GMT+0000 (UTC)", "2025-01-06T00:00:00Z"),
        ("2025-13-45", None),
        ("99999999", None),
        ("2024", None),
        ("yesterday", None),
    ],
)
def test_declared_dates_become_iso(value, iso):
    assert normalise(value) == iso


@given(st.text(alphabet="0123456789-/.:, T年月日janvmygustpm+Zé٥०\n", max_size=120))
def test_any_text_gives_dates_in_order_inside_it(text):
    found = find_dates(text)
    assert all(0 <= date.start < date.end <= len(text) for date in found)
    assert [date.start for date in found] == sorted(date.start for date in found)
