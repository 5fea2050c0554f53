"""The hash that stands in for an unknown person's is of the cost that real ones have."""

from field_api.access import passwords


def test_the_hash_of_nobody_costs_what_everybodys_costs() -> None:
    assert not passwords.needs_rehash(passwords._NOBODYS)
    assert passwords.matches(passwords._NOBODYS, "the password of nobody")
    assert not passwords.matches(None, "the password of nobody")
