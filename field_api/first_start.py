"""What happens once, at the first start: a secret, the demo company, and a login for each kind of people."""

import os
import secrets
import shutil
from pathlib import Path

import click
import orjson

from field_api import progress
from field_api.demo import company
from field_api.settings import Settings
from field_api.store.base import db

DEMO_CUSTOMERS = 600
DEMO_SEED = 1


def prepare_home() -> None:
    """Make FURET_HOME, readable by its owner alone, with a secret if there is none."""
    home = Path(os.environ.get("FURET_HOME") or ".furet")
    home.mkdir(mode=0o700, parents=True, exist_ok=True)
    if "FURET_SECRET" not in os.environ and not (home / "secret").exists():
        _write_private(home / "secret", secrets.token_urlsafe(48).encode())


def fill_if_empty(settings: Settings) -> None:
    """Fill a database in which nobody works yet with the demo company."""
    if company.is_empty(db.session):
        fill(settings, DEMO_CUSTOMERS, DEMO_SEED)


def fill(settings: Settings, customers: int, seed: int) -> None:
    """Write the demo company; its passwords are made here and now, and left in first-logins.json."""
    with progress.shown("demo company") as report:
        logins = company.fill(db.session, customers=customers, seed=seed, new_password=_new_password, progress=report)
    _write_private(settings.home / "first-logins.json", orjson.dumps(logins, option=orjson.OPT_INDENT_2))


def tell(settings: Settings) -> None:
    """Print where to look and how to sign in."""
    address = f"http://{settings.host}:{settings.port}"
    click.echo(f"Furet      {address}\nDocs page  {address}/docs/")
    file = settings.home / "first-logins.json"
    if file.is_file():
        for login in orjson.loads(file.read_bytes()):
            click.echo(f"{login['role']:<10} {login['email']}   {login['password']}")


def fresh_figures_folder(settings: Settings) -> Path:
    """An empty folder in which the processes of this start share their figures."""
    folder = settings.home / "metrics"
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(mode=0o700, parents=True)
    return folder


def _new_password() -> str:
    return secrets.token_urlsafe(12)


def _write_private(file: Path, content: bytes) -> None:
    """Write a file that its owner alone can read, whole or not at all."""
    half = file.with_name(f"{file.name}.part")
    descriptor = os.open(half, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(descriptor, "wb") as stream:
        stream.write(content)
    half.replace(file)
