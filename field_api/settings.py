"""Everything the environment decides, read once; nonsense is refused with the name of the variable and the remedy."""

import os
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit

from sqlalchemy.engine import URL, make_url
from sqlalchemy.exc import ArgumentError

from field_api.errors import Refused

WEAKEST_SECRET_BYTES = 32
MOST_KEYS = 8


@dataclass(frozen=True)
class Settings:
    """The service's settings; README.md lists each variable with its default.

    `secret` keys the hashes of what must be found again without being readable (lockouts, pseudonyms), and the
    signatures of coupons; `coupon_keys` are the numbers of the keys that phones trust for these, the signing one first.
    """

    home: Path
    database_url: URL
    secret: bytes
    host: str = "127.0.0.1"
    port: int = 8000
    processes: int = 2
    threads: int = 8
    streams: int = 16
    trusted_proxies: int = 0
    flood_limit: str = "3000/minute"
    login_flood_limit: str = "60/minute"
    flood_storage: str = "process://"
    smtp_url: str | None = None
    mail_from: str = "furet@localhost"
    geocoder: str = "off"
    geoip_path: Path | None = None
    offers_in_memory: bool = False
    coupon_keys: tuple[int, ...] = (1,)
    public_url: str = "http://127.0.0.1:8000"
    apple_pass_certificate: Path | None = None
    google_wallet_key: Path | None = None
    google_wallet_issuer: str | None = None

    @property
    def outbox(self) -> Path:
        """Where mail is left as .eml files while no SMTP server is set."""
        return self.home / "outbox"


def read_settings(environ: Mapping[str, str] = os.environ) -> Settings:
    """Read and check the environment; raises Refused for the first variable that makes no sense."""
    home = Path(environ.get("FURET_HOME", ".furet")).absolute()
    return Settings(
        home=home,
        database_url=_database_url(environ.get("DATABASE_URL") or f"sqlite:///{home / 'furet.sqlite'}"),
        secret=_secret(environ.get("FURET_SECRET"), home / "secret"),
        host=environ.get("FURET_HOST", "127.0.0.1"),
        port=_whole(environ, "PORT", 8000, 0, 65535),
        processes=_whole(environ, "FURET_PROCESSES", 2, 1, 64),
        threads=_whole(environ, "FURET_THREADS", 8, 1, 512),
        streams=_whole(environ, "FURET_STREAMS", 16, 0, 1024),
        trusted_proxies=_whole(environ, "FURET_TRUSTED_PROXIES", 0, 0, 8),
        flood_limit=environ.get("FURET_FLOOD_LIMIT", "3000/minute"),
        login_flood_limit=environ.get("FURET_LOGIN_FLOOD_LIMIT", "60/minute"),
        flood_storage=environ.get("FURET_FLOOD_STORAGE", "process://"),
        smtp_url=environ.get("FURET_SMTP_URL") or None,
        mail_from=environ.get("FURET_MAIL_FROM", "furet@localhost"),
        geocoder=_one_of(environ, "FURET_GEOCODER", ("off", "ban", "nominatim")),
        geoip_path=_file(environ, "FURET_GEOIP_PATH"),
        offers_in_memory=_one_of(environ, "FURET_OFFERS_IN_MEMORY", ("off", "on")) == "on",
        coupon_keys=_numbers(environ, "FURET_COUPON_KEYS", "1"),
        public_url=_public_url(environ),
        apple_pass_certificate=_file(environ, "FURET_APPLE_PASS_CERTIFICATE"),
        google_wallet_key=_file(environ, "FURET_GOOGLE_WALLET_KEY"),
        google_wallet_issuer=environ.get("FURET_GOOGLE_WALLET_ISSUER") or None,
    )


def _database_url(text: str) -> URL:
    try:
        url = make_url(text)
    except ArgumentError:
        raise Refused("DATABASE_URL cannot be read; write sqlite:///file or postgresql://user@host/name.") from None
    if url.drivername in {"postgres", "postgresql", "postgresql+psycopg"}:
        return url.set(drivername="postgresql+psycopg")
    if url.drivername in {"sqlite", "sqlite+pysqlite"} and url.database not in {None, "", ":memory:"}:
        return url
    raise Refused(f"DATABASE_URL names {url.drivername}; Furet runs on a SQLite file or on PostgreSQL.")


def _secret(given: str | None, file: Path) -> bytes:
    if given is None and not file.is_file():
        raise Refused(f"There is no secret: set FURET_SECRET, or let `furet up` write one to {file}.")
    secret = (given if given is not None else file.read_text()).strip().encode()
    if len(secret) < WEAKEST_SECRET_BYTES or len(set(secret)) < 8:
        source = "FURET_SECRET" if given is not None else str(file)
        raise Refused(f"{source} is weak: give at least {WEAKEST_SECRET_BYTES} random characters.")
    return secret


def _whole(environ: Mapping[str, str], name: str, default: int, least: int, most: int) -> int:
    text = environ.get(name, str(default))
    if not text.isascii() or not text.isdigit() or not least <= int(text) <= most:
        raise Refused(f"{name} is {text!r}; it must be a whole number from {least} to {most}.")
    return int(text)


def _numbers(environ: Mapping[str, str], name: str, default: str) -> tuple[int, ...]:
    text = environ.get(name) or default
    parts = [part.strip() for part in text.split(",")]
    if len(parts) > MOST_KEYS or len(set(parts)) < len(parts) or not all(map(_is_number, parts)):
        raise Refused(f"{name} is {text!r}; give up to {MOST_KEYS} different numbers from 1 to 999, such as 2,1.")
    return tuple(int(part) for part in parts)


def _is_number(text: str) -> bool:
    return text.isascii() and text.isdigit() and len(text) <= 3 and not text.startswith("0")


def _file(environ: Mapping[str, str], name: str) -> Path | None:
    text = environ.get(name, "")
    if text and not Path(text).is_file():
        raise Refused(f"{name} is {text!r}, where no file is; leave it out, or name one.")
    return Path(text).absolute() if text else None


def _public_url(environ: Mapping[str, str]) -> str:
    host, port = environ.get("FURET_HOST", "127.0.0.1"), environ.get("PORT", "8000")
    text = environ.get("FURET_PUBLIC_URL") or f"http://{host}:{port}"
    url = urlsplit(text)
    if url.scheme not in {"http", "https"} or not url.netloc or url.query or url.fragment:
        raise Refused(f"FURET_PUBLIC_URL is {text!r}; write where people reach us, such as https://card.example.org.")
    return text.rstrip("/")


def _one_of(environ: Mapping[str, str], name: str, choices: tuple[str, ...]) -> str:
    text = environ.get(name, choices[0])
    if text not in choices:
        raise Refused(f"{name} is {text!r}; it must be one of {', '.join(choices)}.")
    return text
