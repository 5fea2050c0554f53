"""XML as text: the parts that answers are put together from.

An answer can hold ten thousand resources. Joining texts costs a fifth of building a tree of them, and what is written
here is small enough to be seen to be well-formed.
"""

import re
from collections.abc import Iterable

from field_api.dav.names import PREFIXES, split

# XML 1.0 has no way to write these, not even as references.
_UNSPEAKABLE = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")
_ROOT_NAMESPACES = "".join(f' xmlns:{prefix}="{namespace}"' for namespace, prefix in PREFIXES.items())


def text(value: str) -> str:
    """A text as the content of an element; characters that XML cannot carry are left out."""
    speakable = _UNSPEAKABLE.sub("", value)
    # A reader turns a bare CR LF into LF; as a reference the CR arrives.
    return speakable.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;").replace("\r", "&#13;")


def attribute(value: str) -> str:
    """A text as the value of an attribute in double quotes."""
    return text(value).replace('"', "&quot;").replace("\n", "&#10;").replace("\t", "&#9;")


def element(name: str, content: str = "", /, **attributes: str) -> str:
    """An element by its Clark name around content that is XML already."""
    written, declared = _written(name)
    told = "".join(f' {key.replace("_", "-")}="{attribute(value)}"' for key, value in attributes.items())
    return f"<{written}{declared}{told}>{content}</{written}>" if content else f"<{written}{declared}{told}/>"


def elements(name: str, contents: Iterable[str]) -> str:
    """One element of that name around each of the contents."""
    return "".join(element(name, content) for content in contents)


def document(name: str, content: str) -> bytes:
    """A whole document with a root of ours, which declares the usual prefixes."""
    written, _ = _written(name)
    head = '<?xml version="1.0" encoding="utf-8"?>\n'
    return f"{head}<{written}{_ROOT_NAMESPACES}>{content}</{written}>".encode()


def _written(name: str) -> tuple[str, str]:
    """The name with its prefix, and the declaration that it needs beyond those of the root."""
    namespace, local = split(name)
    if namespace in PREFIXES:
        return f"{PREFIXES[namespace]}:{local}", ""
    if not namespace:
        return local, ""
    return f"X:{local}", f' xmlns:X="{attribute(namespace)}"'
