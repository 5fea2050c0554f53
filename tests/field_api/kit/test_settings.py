"""Nonsense in the environment is refused with the variable's name and what to do."""

import secrets
from pathlib import Path

import pytest

from field_api.errors import Refused
from field_api.settings import read_settings

SECRET = secrets.token_hex(32)


@pytest.mark.parametrize(
    ("variable", "value", "told"),
    [
        ("PORT", "eighty", "PORT is 'eighty'"),
        ("PORT", "70000", "0 to 65535"),
        ("FURET_THREADS", "0", "FURET_THREADS is '0'"),
        ("FURET_SECRET", "short", "FURET_SECRET is weak"),
        ("FURET_SECRET", "a" * 64, "FURET_SECRET is weak"),
        ("DATABASE_URL", "nonsense", "DATABASE_URL cannot be read"),
        ("DATABASE_URL", "mysql://u@h/d", "DATABASE_URL names mysql"),
        ("DATABASE_URL", "sqlite://", "DATABASE_URL names sqlite"),
        ("FURET_COUPON_KEYS", "2,2", "different numbers"),
        ("FURET_COUPON_KEYS", "0", "different numbers"),
        ("FURET_COUPON_KEYS", "1;2", "FURET_COUPON_KEYS is '1;2'"),
        ("FURET_GEOCODER", "oracle", "off, ban, nominatim"),
        ("FURET_PUBLIC_URL", "card.example.org", "write where people reach us"),
        ("FURET_APPLE_PASS_CERTIFICATE", "/no/such/file", "FURET_APPLE_PASS_CERTIFICATE is"),
    ],
)
def test_nonsense_is_refused_by_name(tmp_path: Path, variable: str, value: str, told: str) -> None:
    with pytest.raises(Refused, match=told):
        read_settings({"FURET_HOME": str(tmp_path), "FURET_SECRET": SECRET} | {variable: value})


def test_a_missing_secret_is_refused_with_the_remedy(tmp_path: Path) -> None:
    with pytest.raises(Refused, match="set FURET_SECRET, or let `furet up`"):
        read_settings({"FURET_HOME": str(tmp_path)})


def test_the_secret_may_stand_in_the_home_folder(tmp_path: Path) -> None:
    (tmp_path / "secret").write_text(f"{SECRET}\n")
    assert read_settings({"FURET_HOME": str(tmp_path)}).secret == SECRET.encode()


def test_sqlite_in_the_home_folder_is_the_default(tmp_path: Path) -> None:
    settings = read_settings({"FURET_HOME": str(tmp_path), "FURET_SECRET": SECRET})
    assert settings.database_url.database == str(tmp_path / "furet.sqlite")


@pytest.mark.parametrize("scheme", ["postgres", "postgresql", "postgresql+psycopg"])
def test_every_way_to_write_a_postgresql_address_is_understood(tmp_path: Path, scheme: str) -> None:
    environ = {"FURET_HOME": str(tmp_path), "FURET_SECRET": SECRET, "DATABASE_URL": f"{scheme}://u:p@h/d"}
    assert read_settings(environ).database_url.drivername == "postgresql+psycopg"
