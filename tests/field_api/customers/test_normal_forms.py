"""Phones and e-mails in their one written form: pure rules."""

from contextlib import suppress

import phonenumbers
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from field_api.customers.reach import email, phone

separators = st.sampled_from(["", " ", ".", "-", "\u00a0", "\u202f"])
# Mobiles of mainland France: 06 39 and 06 90 onwards are overseas, with country codes of their own.
subscribers = st.integers(10_000_000, 38_999_999).map(lambda number: f"6{number}")


@given(subscribers, st.lists(separators, min_size=4, max_size=4), st.sampled_from(["0", "+33", "0033", "+33 (0)"]))
def test_a_french_phone_is_the_same_however_it_is_written(subscriber: str, between: list[str], country: str) -> None:
    pairs = [subscriber[place : place + 2] for place in range(1, 9, 2)]
    written = country + subscriber[0] + "".join(gap + pair for gap, pair in zip(between, pairs, strict=True))
    assert phone(written) == f"+33{subscriber}"


@given(st.sampled_from(sorted(phonenumbers.SUPPORTED_REGIONS)))
def test_a_number_of_any_country_is_kept_as_it_is(region: str) -> None:
    example = phonenumbers.example_number_for_type(region, phonenumbers.PhoneNumberType.MOBILE)
    assume(example is not None)
    kept = phonenumbers.format_number(example, phonenumbers.PhoneNumberFormat.E164)
    international = phonenumbers.format_number(example, phonenumbers.PhoneNumberFormat.INTERNATIONAL)
    assert phone(international) == phone(kept) == kept


@given(st.text(max_size=40))
def test_whatever_is_written_is_a_number_that_stays_or_is_refused(written: str) -> None:
    with suppress(ValueError):
        kept = phone(written)
        assert phone(kept) == kept


@given(st.emails())
def test_an_email_that_is_kept_stays_as_it_is(written: str) -> None:
    with suppress(ValueError):
        kept = email(written)
        assert email(kept) == email(kept.upper()) == kept


@pytest.mark.parametrize(
    ("written", "kept"),
    [
        (" Zoe.Durand@Example.FR ", "zoe.durand@example.fr"),
        ("contact@Été.fr", "contact@xn--t-9fab.fr"),
        ("a+b@example.co", "a+b@example.co"),
    ],
)
def test_an_email_is_kept_in_lower_case_and_ascii(written: str, kept: str) -> None:
    assert email(written) == kept


@pytest.mark.parametrize(
    "written", ["zoe", "zoe@", "@example.fr", "zoe@localhost", "z oe@example.fr", "zoé@example.fr"]
)
def test_what_is_no_email_is_refused_by_its_own_words(written: str) -> None:
    with pytest.raises(ValueError, match="is not an e-mail address") as refusal:
        email(written)
    assert written in str(refusal.value)
