"""Reading XML from strangers: bounded, without entities, without a DTD, without the network."""

from codecs import BOM_UTF8, BOM_UTF16_BE, BOM_UTF16_LE
from typing import Any

from lxml import etree

from field_api.dav.names import LONGEST_NAME, split
from field_api.dav.refusals import Refused

DEEPEST = 24
MOST_ELEMENTS = 60_000

# lxml ships no type information.
Element = Any


def read(body: bytes) -> Element | None:
    """The root of a request's XML, or None for an empty body.

    Raises Refused with 400 for what is not well-formed, holds a document type, or is nested deeper than any request of
    CalDAV.
    """
    if not body.strip():
        return None
    told = _decoded(body)
    # Without a document type there are no entities but XML's own five, so nothing can grow when it is read.
    if "<!DOCTYPE" in told:
        raise Refused(400, detail="A document type is not read here.")
    try:
        root = etree.fromstring(told.encode(), _parser())
    except (etree.XMLSyntaxError, ValueError) as error:
        raise Refused(400, detail=f"The XML cannot be read: {error}") from None
    _check_size(root)
    return root


def require(body: bytes) -> Element:
    """The same for a method that means nothing without a body. Raises Refused."""
    root = read(body)
    if root is None:
        raise Refused(400, detail="This method wants an XML body.")
    return root


def children(element: Element) -> list[Element]:
    """The elements directly below."""
    return list(element.iterchildren("{*}*"))


def content(element: Element | None) -> str:
    """The text of an element, without the blanks around it; empty without the element."""
    return "" if element is None else (element.text or "").strip()


def name_of(element: Element) -> str:
    """The Clark name. Raises Refused for one longer than anybody's."""
    name = str(element.tag)
    if len(name) > LONGEST_NAME:
        raise Refused(400, detail=f"A name is longer than {LONGEST_NAME} characters.")
    return name


def kept(element: Element) -> str:
    """An element as text that stands on its own, for properties that we keep and do not understand."""
    return str(etree.tostring(element, encoding="unicode", with_tail=False))


def local_name(element: Element) -> str:
    """The name without its namespace."""
    return split(str(element.tag))[1]


def _parser() -> Any:
    # The encoding is decided above: one that the document declares would let it hide from our own look.
    return etree.XMLParser(
        encoding="utf-8",
        resolve_entities=False,
        no_network=True,
        load_dtd=False,
        dtd_validation=False,
        huge_tree=False,
        remove_comments=True,
        remove_pis=True,
    )


def _decoded(body: bytes) -> str:
    # RFC 4918, section 19, asks for UTF-8 and UTF-16.
    encoding = "utf-16" if body.startswith((BOM_UTF16_BE, BOM_UTF16_LE)) else "utf-8"
    try:
        return body.removeprefix(BOM_UTF8).decode(encoding)
    except UnicodeDecodeError as error:
        raise Refused(400, detail=f"Byte {error.start} is not {encoding.upper()}.") from None


def _check_size(root: Element) -> None:
    level, front, seen = 1, [root], 1
    while front:
        if level > DEEPEST or seen > MOST_ELEMENTS:
            raise Refused(400, detail=f"It has more than {DEEPEST} levels or {MOST_ELEMENTS} elements.")
        front = [child for element in front for child in element]
        level, seen = level + 1, seen + len(front)
