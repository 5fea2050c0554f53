"""Cursors bring back what they were made of, and nothing else gets through."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from field_api.errors import Invalid
from field_api.web.pages import read_cursor, write_cursor


@given(st.text().filter(lambda text: "\x00" not in text and text.isprintable()), st.integers(-(2**53), 2**53))
def test_a_cursor_brings_back_its_values(text: str, number: int) -> None:
    assert read_cursor(write_cursor(text, number), str, int) == (text, number)


def test_no_cursor_is_the_start() -> None:
    assert read_cursor(None, str) is None


@pytest.mark.parametrize(
    "cursor",
    [
        "",
        "!!!",
        "é",
        "AAAA",
        write_cursor("only one"),
        write_cursor(1, "swapped"),
        write_cursor("a", True),
        write_cursor("a", None),
        write_cursor("nul\x00", 1),
        write_cursor("a", 1, 2),
    ],
)
def test_a_forged_cursor_is_refused_by_name(cursor: str) -> None:
    with pytest.raises(Invalid) as refusal:
        read_cursor(cursor, str, int)
    assert refusal.value.faults[0].where == "cursor"


@given(st.text(max_size=60))
def test_any_text_is_read_or_refused(cursor: Any) -> None:
    try:
        read_cursor(cursor, str, int)
    except Invalid as refusal:
        assert refusal.faults  # noqa: PT017 - most texts are refused, a few are cursors
