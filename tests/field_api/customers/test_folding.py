"""Names folded to words: pure rules."""

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from field_api.customers.names import (
    LONGEST_WORD,
    MOST_WORDS,
    asked_words,
    fold,
    name_words,
    sort_name,
    town_key,
    words_of,
)


def finds(query: str, *names: str) -> bool:
    """Whether each asked beginning begins a word of the name, as the index decides it."""
    words = name_words(*names)
    return all(f" {asked}" in words for asked in asked_words(query))


@pytest.mark.parametrize(
    ("query", "name"),
    [
        ("st etienne du bois", "Saint-Étienne-du-Bois"),
        ("saint etienne bois", "Saint-Étienne-du-Bois"),
        ("bois etienne", "Saint-Étienne-du-Bois"),
        ("Saint Étienne", "St-Etienne du Bois"),
        ("ste foy", "Sainte-Foy"),
        ("sainte f", "Ste Foy"),
        ("coeur", "Cœur de Lion"),
        ("CŒUR lion", "cœur-de-lion"),
        ("l'atelier", "Atelier"),
        ("atelier", "L’Atelier d’Émile"),
        ("d'artagnan", "Charles de Batz d'Artagnan"),
        ("strasse", "Straße 12"),
        ("oneil", "Oneil"),
        ("lukasz", "Łukasz"),
        ("noel", "Noe\u0308l"),
        ("de", "De"),
        ("du", "Dupont"),
        ("le", "Le Du"),
        ("step", "Stéphane"),
        ("ste", "Stéphane"),
        ("ﬁn", "FINANCE"),
    ],
)
def test_a_name_is_found_however_it_is_written(query: str, name: str) -> None:
    assert finds(query, name)


@pytest.mark.parametrize(("query", "name"), [("bois dormant", "Du Bois"), ("ient", "Étienne"), ("martins", "Martin")])
def test_every_word_asked_must_begin_a_word_of_the_name(query: str, name: str) -> None:
    assert not finds(query, name)


# Letters of many scripts, and what stands between words.
names = st.text(st.characters(codec="utf-8", exclude_characters="\0"), min_size=1, max_size=60)


@given(names)
def test_folding_twice_is_folding_once(name: str) -> None:
    words = fold(name)
    assert fold(" ".join(words)) == words


@given(names)
def test_neither_accents_nor_case_nor_order_matter(name: str) -> None:
    assert words_of(name.upper()) == words_of(name.upper().lower())
    decomposed = unicodedata.normalize("NFD", name)
    assert words_of(name) == words_of(decomposed) == words_of(unicodedata.normalize("NFC", name))
    assert sorted(words_of(" ".join(reversed(fold(name))))) == sorted(words_of(" ".join(fold(name))))


@given(names, st.integers(1, 5), st.data())
def test_any_name_is_found_by_beginnings_of_its_own_words(name: str, size: int, data: st.DataObject) -> None:
    held = name_words(name).split()
    if held:
        picked = data.draw(st.lists(st.sampled_from(held), min_size=1, max_size=3))
        assert finds(" ".join(word[:size] for word in picked), name)


@given(names, names)
def test_what_is_kept_fits_its_columns(name: str, given_name: str) -> None:
    words = words_of(name * 20, given_name)
    assert len(words) <= MOST_WORDS
    assert all(0 < len(word) <= LONGEST_WORD for word in words)
    assert words == sorted(set(words))
    assert len(name_words(name * 20, given_name)) <= 500
    assert len(sort_name(name, given_name)) <= 120
    assert len(town_key(name * 3)) <= 120


def test_a_town_is_one_key_however_it_is_written() -> None:
    written = ("Saint-Étienne-du-Bois", "ST ETIENNE DU BOIS", "St-Étienne Bois")
    assert {town_key(one) for one in written} == {"saint etienne bois"}
