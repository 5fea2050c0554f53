"""Three-way merges on values."""

from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from field_api.sync.merge import Merge, merge, writable

FIELDS: dict[str, tuple[str, ...] | None] = {"a": None, "b": None, "list": ("id", "v")}

ENTRIES = st.lists(
    st.fixed_dictionaries({"id": st.sampled_from("xyz"), "v": st.integers(0, 2)}), unique_by=lambda e: e["id"]
)
DOCUMENTS = st.fixed_dictionaries(
    {}, optional={"a": st.none() | st.integers(0, 2), "b": st.integers(0, 2), "list": ENTRIES}
).map(lambda document: writable(document, FIELDS))


@given(DOCUMENTS, DOCUMENTS)
def test_whoever_changed_nothing_takes_what_the_other_says(base: Any, other: Any) -> None:
    assert merge(base, base, other, FIELDS) == Merge(other)
    assert merge(base, other, base, FIELDS) == Merge(other)
    assert merge(base, other, other, FIELDS) == Merge(other)


@given(DOCUMENTS, DOCUMENTS, DOCUMENTS)
def test_without_a_clash_the_order_of_arrival_does_not_matter(base: Any, mine: Any, theirs: Any) -> None:
    one, other = merge(base, mine, theirs, FIELDS), merge(base, theirs, mine, FIELDS)
    assert one.clashes == other.clashes
    if not one.clashes:
        assert one.document == other.document
    # What came twice changes nothing more.
    assert merge(base, mine, one.document, FIELDS).document == one.document


def test_entries_of_a_list_merge_by_their_ids() -> None:
    def entries(**values: int) -> dict[str, Any]:
        return {"list": [{"id": key, "v": value} for key, value in values.items()]}

    base = entries(x=1, y=1)
    assert merge(base, entries(x=2, y=1), entries(x=1, y=1, z=1), FIELDS).document == entries(x=2, y=1, z=1)
    assert merge(base, entries(y=1), entries(x=1, y=2), FIELDS).document == entries(y=2)
    assert merge(base, entries(x=2, y=1), entries(x=3, y=1), FIELDS).clashes == ("list",)


def test_null_and_absent_say_the_same_and_foreign_members_count_for_nothing() -> None:
    document = {"a": None, "c": 1, "list": [{"id": "y", "v": 1}, {"id": "x", "w": 9, "v": None}]}
    assert writable(document, FIELDS) == {"list": [{"id": "x"}, {"id": "y", "v": 1}]}
    assert writable({"list": []}, FIELDS) == {}
