import codecs

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from layers.errors import ImportRefusedError
from layers.ingest.text_encoding import MIXED, codec_of, codec_of_language, decode, find_encoding

CHINESE = st.text(st.characters(min_codepoint=0x4E00, max_codepoint=0x9FA5), min_size=2)


@pytest.mark.parametrize(
    "name", ["GBK", "936", "GB2312", "ANSI 936", "OEM 936", "cp936\x00", " gb18030 "]
)
def test_every_name_of_the_chinese_code_page_is_gb_18030(name):
    assert codec_of(name) == "gb18030"


@pytest.mark.parametrize("name", ["", "ISO 88591x", "base64", "rot13", "\x00", "utf-8\x00x"])
def test_a_name_that_is_no_encoding_of_text_is_none(name):
    assert codec_of(name) is None


def test_a_language_driver_names_its_code_page_and_current_ansi_names_none():
    assert codec_of_language(0x4D) == "gb18030"
    assert codec_of_language(0x57) is None


@given(CHINESE)
def test_chinese_in_utf_8_is_read_back_with_and_without_a_mark(text):
    for data in (text.encode(), codecs.BOM_UTF8 + text.encode()):
        assert decode(data)[0] == text


@given(st.text(st.characters(codec="gb18030", exclude_categories=["Cs", "Cc"]), min_size=1))
def test_what_is_not_utf_8_is_read_as_gb_18030(text):
    data = text.encode("gb18030")
    try:
        data.decode()
    except UnicodeError:
        read, verdict = decode(data)
        assert read == text or verdict.findings
    else:
        assume(data.isascii())
        assert decode(data)[0] == text


def test_excel_text_in_utf_16_is_read():
    assert decode("名称\t经度".encode("utf-16"))[0] == "名称\t经度"


@pytest.mark.parametrize("declared", ["GBK", "ANSI 936", "OEM 936", "ISO 88591", "nonsense"])
def test_utf_8_under_another_declaration_is_found_and_read_right(declared):
    text, verdict = decode("兴隆街道".encode(), declared=declared)
    assert text == "兴隆街道"
    assert [finding.code for finding in verdict.findings] == ["encoding-contradicts"]
    assert verdict.sample == "兴隆街道"


@pytest.mark.parametrize("declared", ["ANSI 936", "OEM 936", "GBK", "UTF-8"])
def test_gbk_is_read_right_whatever_is_declared(declared):
    text, verdict = decode("兴隆街道".encode("gbk"), declared=declared)
    assert text == "兴隆街道"
    assert bool(verdict.findings) == (declared == "UTF-8")


def test_the_encoding_that_xml_declares_is_believed():
    data = '<?xml version="1.0" encoding="GB2312"?><a>党家</a>'.encode("gbk")
    _, verdict = decode(data)
    assert verdict.encoding == "gb18030"
    assert "declared" in verdict.reason


def test_a_short_word_that_two_encodings_read_is_asked():
    # The two words are valid UTF-8 in GBK bytes, as one half and a dot.
    verdict = find_encoding("陆路".encode("gbk"))
    assert verdict.findings[0].code == "encoding-ambiguous"
    assert verdict.findings[0].facts["gb18030"] == "陆路"


def test_lines_in_two_encodings_are_each_read_in_their_own():
    data = "甲,1\n".encode("gbk") + "乙乙,2\n".encode()
    text, verdict = decode(data)
    assert text == "甲,1\n乙乙,2\n"
    assert verdict.encoding == MIXED
    assert verdict.findings[0].facts["utf_8_lines"] == [2]


def test_bytes_that_nothing_reads_are_shown_as_replaced_with_their_line():
    text, verdict = decode(b"a\n\xff\xff,1\n")
    assert "\ufffd" in text
    assert (verdict.findings[0].code, verdict.findings[0].row) == ("encoding-damaged", 2)


def test_the_planner_decides_against_the_finder():
    assert decode("陆路".encode("gbk"), chosen="GBK")[0] == "陆路"


@pytest.mark.parametrize("chosen", ["no-such", "utf-8"])
def test_a_chosen_encoding_that_cannot_read_the_file_is_refused(chosen):
    with pytest.raises(ImportRefusedError) as refused:
        decode("甲".encode("gbk"), chosen=chosen)
    assert refused.value.cause == "encoding"


@given(st.binary(max_size=200))
def test_any_bytes_get_a_verdict_and_a_loss_is_never_silent(data):
    text, verdict = decode(data)
    lost = "\ufffd" in text and "\ufffd".encode() not in data and b"\x84\x31\xa4\x37" not in data
    bom = data.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE))
    assert not lost or verdict.findings or bom
