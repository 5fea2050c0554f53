"""The hash that stands in for an unknown e-mail's password costs what a real one does."""

from typing import Any

import pytest

from field_api.access import passwords


def test_nobodys_password_costs_as_much_as_anybodys_and_lets_nobody_in(
    dear_passwords: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(passwords, "_hasher", dear_passwords)
    assert not passwords.needs_rehash(passwords._NOBODYS)
    assert passwords.matches(passwords._NOBODYS, "the password of nobody")
    assert not passwords.matches(None, "the password of nobody")


def test_a_password_costs_what_owasp_says(dear_passwords: Any) -> None:
    assert dear_passwords.hash("a pass phrase").startswith("$argon2id$v=19$m=19456,t=2,p=1$")
