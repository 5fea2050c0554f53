"""Base45 as its RFC gives it, and back."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from field_api.coupons import base45


@pytest.mark.parametrize(
    ("data", "text"),
    # RFC 9285, sections 4.3 and 4.4.
    [(b"AB", "BB8"), (b"Hello!!", "%69 VD92EX0"), (b"base-45", "UJCLQE7W581"), (b"ietf!", "QED8WEX0"), (b"", "")],
)
def test_the_examples_of_the_rfc(data: bytes, text: str) -> None:
    assert base45.encode(data) == text
    assert base45.decode(text) == data


@given(st.binary(max_size=200))
def test_what_was_written_is_read(data: bytes) -> None:
    assert base45.decode(base45.encode(data)) == data


@pytest.mark.parametrize("text", ["A", "AAAA", "::", ":::", "GGX", "BB8a", "é00"])
def test_what_encode_never_writes_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match="not base45"):
        base45.decode(text)
