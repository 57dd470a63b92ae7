"""XML: no document type, no entities, nothing fetched, bounded."""

import pytest

from bayes_ivig.files import xml

LAUGHS = b"""<?xml version="1.0"?><!DOCTYPE lolz [<!ENTITY lol "lol"><!ENTITY lol1 "&lol;&lol;&lol;&lol;">
<!ENTITY lol2 "&lol1;&lol1;&lol1;&lol1;">]><lolz>&lol2;</lolz>"""


def refused(raw: bytes) -> str:
    with pytest.raises(ValueError, match=r"\w") as caught:
        xml.parse_xml(raw)
    return str(caught.value)


def test_a_document_is_read_in_the_encoding_it_declares() -> None:
    raw = '<?xml version="1.0" encoding="ISO-8859-1"?><a n="ä\xa0"><b>é</b>t</a>'.encode("latin-1")
    root = xml.parse_xml(raw)
    assert (root.tag, root.get("n"), root[0].text, root[0].tail) == ("a", "ä\xa0", "é", "t")


def test_a_mark_of_utf_8_is_passed_over() -> None:
    assert xml.parse_xml(b"\xef\xbb\xbf<a/>").tag == "a"


def test_steps_come_in_order_and_a_cleared_element_is_gone() -> None:
    seen = [(step, element.tag) for step, element in xml.steps(b"<a><b/><c/></a>")]
    assert seen == [("start", "a"), ("start", "b"), ("end", "b"), ("start", "c"), ("end", "c"), ("end", "a")]


@pytest.mark.parametrize(
    "raw",
    [
        LAUGHS,
        b'<!DOCTYPE a SYSTEM "file:///etc/passwd"><a/>',
        b'<!DOCTYPE a [<!ENTITY x SYSTEM "file:///etc/passwd">]><a>&x;</a>',
        b'<!DOCTYPE a [<!ENTITY % x SYSTEM "http://localhost/x">%x;]><a/>',
        b"<!DOCTYPE a><a/>",
    ],
)
def test_a_document_type_is_refused(raw: bytes) -> None:
    assert refused(raw) == "declares a document type or entities of its own, which are not read"


@pytest.mark.parametrize("raw", [b"", b"   ", b"<a>", b"<a></b>", b"<a/><b/>", b"<a>&x;</a>", b"a,b\n1,2\n"])
def test_what_is_no_whole_document_is_refused(raw: bytes) -> None:
    assert refused(raw).startswith("is not a whole XML file")


def test_an_encoding_that_there_is_not_is_named() -> None:
    assert "unknown encoding" in refused(b'<?xml version="1.0" encoding="nonsense"?><a/>')


def test_depth_is_bounded() -> None:
    deep = xml.DEEPEST
    assert xml.parse_xml(b"<a>" * deep + b"</a>" * deep).tag == "a"
    assert "nested too deep" in refused(b"<a>" * (deep + 1) + b"</a>" * (deep + 1))
    assert "nested too deep" in refused(b"<a>" * 1_000_000)


def test_size_elements_and_attributes_are_bounded(monkeypatch: pytest.MonkeyPatch) -> None:
    many = b" ".join(b'a%d=""' % i for i in range(xml.MOST_ATTRIBUTES + 1))
    assert "201 attributes" in refused(b"<a " + many + b"/>")
    monkeypatch.setattr(xml, "MOST_ELEMENTS", 3)
    assert len(xml.parse_xml(b"<a><b/><b/></a>")) == 2
    assert "more than 3 elements" in refused(b"<a><b/><b/><b/></a>")
    monkeypatch.setattr(xml, "MOST_XML", 3)
    assert "at most 3 are read" in refused(b"<a/>")
