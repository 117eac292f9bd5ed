"""Encodings: byte order mark, then UTF-8 if it fits, then declaration, then detection."""

import codecs

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dehusk.read.charset import codec_of, decode

GERMAN = (
    "Die Brücke über die Lenne wurde in der Nacht gesperrt, weil das Wasser höher"
    " stand als je zuvor. „Wir müssen warten“, sagte der Bürgermeister."
)
FRENCH = (
    "La crue a emporté la passerelle cette nuit ; « on n'avait jamais vu ça », a"
    " déclaré l'éclusier, qui garde le pont depuis trente années."
)
RUSSIAN = (
    "Ночью река вышла из берегов, и жители трёх деревень покинули свои дома. По"
    " словам спасателей, никто не пострадал, вода начала спадать утром."
)
CHINESE = (
    "昨天夜里河水漫过堤岸，三个村庄的居民离开了家园。救援人员说没有人受伤，今天早上水位开始下降，学校明天照常上课。"
)
JAPANESE = (
    "昨夜、川の水が堤防を越え、三つの村の住民が避難した。けが人はなく"
    "、今朝から水位は下がり始めている。学校はあすから再開する予定だ。"
)
KOREAN = (
    "어젯밤 강물이 둑을 넘어 세 마을 주민이 집을 떠났다. 다친 사람은 없으며 오늘 아침부터 수위가 내려가기 시작했다."
)
POLISH = (
    "W nocy rzeka wystąpiła z brzegów i mieszkańcy trzech wsi opuścili domy. Nikt"
    " nie został ranny, a rano woda zaczęła opadać, mówią strażacy."
)
TURKISH = (
    "Gece nehir taştı, üç köyün sakinleri evlerini terk etti. İtfaiye kimsenin"
    " yaralanmadığını, suyun sabah çekilmeye başladığını söyledi."
)

PYTHON_ONLY = ("punycode", "idna", "unicode_escape", "raw_unicode_escape", "undefined", "utf-7")


def page(text, charset, declared=None):
    meta = f"<meta charset={declared or charset}>" if declared != "" else ""
    return f"<html><head>{meta}<title>x</title></head><body><p>{text}</p></body></html>".encode(charset)


@pytest.mark.parametrize(
    ("text", "charset"),
    [
        (GERMAN, "cp1252"),
        (FRENCH, "cp1252"),
        (RUSSIAN, "koi8-r"),
        (RUSSIAN, "cp1251"),
        (CHINESE, "gb2312"),
        (CHINESE, "gb18030"),
        (CHINESE, "big5"),
        (JAPANESE, "shift_jis"),
        (JAPANESE, "euc-jp"),
        pytest.param(JAPANESE, "iso-2022-jp", marks=pytest.mark.xfail(strict=True, reason="its bytes are valid UTF-8")),
        (KOREAN, "euc-kr"),
        (POLISH, "iso-8859-2"),
        (POLISH, "cp1250"),
        (TURKISH, "cp1254"),
        (GERMAN, "utf-8"),
    ],
)
def test_a_true_declaration_is_followed(text, charset):
    text = text.encode(charset, "ignore").decode(charset)
    found, lossy = decode(page(text, charset))
    assert (text in found, lossy) == (True, False)
    bare, lossy = decode(text.encode(charset), charset)  # declared by a header only
    assert (bare, lossy) == (text, False)


@pytest.mark.parametrize(
    "declared", ["iso-8859-1", "us-ascii", "windows-1252", "gb2312", "shift_jis", "koi8-r", "nosuch", ""]
)
@pytest.mark.parametrize("text", [GERMAN, RUSSIAN, CHINESE])
def test_utf8_is_read_as_such_whatever_is_declared(text, declared):
    found, lossy = decode(page(text, "utf-8", declared), declared or None)
    assert (text in found, lossy) == (True, False)


@pytest.mark.parametrize(
    ("text", "charset", "declared"),
    [
        (GERMAN, "cp1252", "utf-8"),
        (FRENCH, "cp1252", "utf-8"),
        (RUSSIAN, "cp1251", "utf-8"),
        (CHINESE, "gb18030", "utf-8"),
        (JAPANESE, "shift_jis", "utf-8"),
        (RUSSIAN, "koi8-r", ""),
        (RUSSIAN, "cp1251", ""),
        (CHINESE, "gb18030", ""),
        (JAPANESE, "shift_jis", ""),
        (JAPANESE, "euc-jp", "nosuch"),
        (GERMAN, "cp1252", "nosuch"),
        (GERMAN, "cp1252", ""),
    ],
)
def test_a_wrong_declaration_or_none_is_made_up_for_by_detection(text, charset, declared):
    text = " ".join([text.encode(charset, "ignore").decode(charset)] * 4)
    found, lossy = decode(page(text, charset, declared))
    assert (text in found, lossy) == (True, False)


def test_quotes_of_windows_are_read_under_the_label_of_latin_1():
    data = b"<meta charset=iso-8859-1><p>\x93It rose\x94, he said \x96 and it\x92s rising. \x80 5</p>"
    assert "“It rose”, he said – and it’s rising. € 5" in decode(data)[0]


@pytest.mark.parametrize(
    ("mark", "charset"),
    [
        (codecs.BOM_UTF8, "utf-8"),
        (codecs.BOM_UTF16_LE, "utf-16-le"),
        (codecs.BOM_UTF16_BE, "utf-16-be"),
    ],
)
@pytest.mark.parametrize("declared", ["utf-8", "iso-8859-1", "gb2312"])
def test_a_byte_order_mark_decides_and_is_no_text(mark, charset, declared):
    text = f"<meta charset={declared}>{RUSSIAN}"
    assert decode(mark + text.encode(charset), declared) == (text, False)


@pytest.mark.parametrize("declared", ["utf-16", "utf-16le", "utf-16be", "unicode"])
def test_a_declaration_of_utf16_that_could_be_read_is_wrong(declared):
    found, lossy = decode(page(GERMAN, "utf-8", declared))
    assert (GERMAN in found, lossy) == (True, False)


@pytest.mark.parametrize(
    "head",
    [
        '<meta charset="koi8-r">',
        "<META CHARSET = 'KOI8-R' >",
        "<meta http-equiv=Content-Type content='text/html; charset=koi8-r'>",
        "<?xml version='1.0' encoding='koi8-r'?>",
        f"<!-- {'x' * 2000} --><meta charset=koi8-r>",
    ],
)
def test_where_a_declaration_may_stand(head):
    assert RUSSIAN in decode(f"{head}<p>{RUSSIAN}</p>".encode("koi8-r"))[0]


@pytest.mark.parametrize(
    ("label", "codec"),
    [
        ("ISO-8859-1", "cp1252"),
        (" latin1 ", "cp1252"),
        ("gb2312", "gb18030"),
        ("x-sjis", "cp932"),
        ("utf8", "utf-8"),
        ("windows-1251", "cp1251"),
        ("nosuch", None),
        ("", None),
        ("rot13", None),  # codecs of Python that are no encodings of text
        ("base64", None),
        ("idna\x00", None),
        *(pytest.param(label, None) for label in PYTHON_ONLY),
    ],
)
def test_labels_are_those_of_browsers(label, codec):
    assert codec_of(label) == codec


def test_a_few_cut_sequences_do_not_make_it_another_encoding():
    data = (RUSSIAN * 5).encode() + b"\xd0" + CHINESE.encode() + b"\xff"
    text, lossy = decode(data)
    assert (RUSSIAN in text, CHINESE in text, lossy, text.count("\ufffd")) == (True, True, True, 2)


@pytest.mark.parametrize(
    "label",
    [
        *(pytest.param(label) for label in ("punycode", "idna", "undefined")),
        "utf-7",
        "unicode_escape",
    ],
)
def test_a_label_that_only_python_knows_does_no_harm(label):
    text, _ = decode(f"<meta charset={label}><p>{GERMAN}</p>".encode("cp1252"))
    assert GERMAN in text


@given(
    st.binary(max_size=200), st.sampled_from([None, "utf-8", "koi8-r", "gb2312", "nosuch", "rot13", "utf-16", "big5"])
)
def test_any_bytes_give_some_text(data, declared):
    text, lossy = decode(data, declared)
    assert isinstance(text, str)
    assert isinstance(lossy, bool)
