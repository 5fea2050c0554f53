"""Signed links: nobody makes one, guesses one, or uses one for something else."""

import secrets

import pytest

from field_api.errors import NotFound
from field_api.store.columns import new_id
from field_api.web import links

SECRET = secrets.token_bytes(32)
ALPHABET = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_"


def test_a_link_brings_back_what_it_was_made_of() -> None:
    own = new_id()
    for number in (0, 1, links.HIGHEST_NUMBER):
        text = links.sign(SECRET, "card", own, number)
        assert len(text) == links.LENGTH
        assert links.read(SECRET, "card", text) == (own, number)


def test_a_link_of_another_purpose_or_secret_is_none() -> None:
    text = links.sign(SECRET, "card", new_id())
    with pytest.raises(NotFound):
        links.read(SECRET, "confirm", text)
    with pytest.raises(NotFound):
        links.read(secrets.token_bytes(32), "card", text)


def test_no_character_can_be_changed() -> None:
    text = links.sign(SECRET, "card", new_id(), 3)
    for place, held in enumerate(text):
        for other in ALPHABET.replace(held, ""):
            with pytest.raises(NotFound):
                links.read(SECRET, "card", text[:place] + other + text[place + 1 :])


@pytest.mark.parametrize("text", ["", "x", "é" * links.LENGTH, "=" * links.LENGTH, "A" * links.LENGTH, "A" * 10_000])
def test_nonsense_is_not_found(text: str) -> None:
    with pytest.raises(NotFound):
        links.read(SECRET, "card", text)
