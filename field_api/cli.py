"""The `furet` command line: it calls the same actions as the API, as the system."""

import os
import signal
import socket
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager

import click
from flask import Flask
from sqlalchemy.exc import SQLAlchemyError

from field_api import app as service
from field_api import first_start
from field_api.access import tokens, users
from field_api.access.schemas_tokens import NewTokenSchema
from field_api.access.schemas_users import NewUserSchema
from field_api.access.scopes import CALENDAR_SCOPE
from field_api.code_lists.actions import reconcile
from field_api.errors import FuretError, Refused
from field_api.reps.models import LOCALES, USER_ROLES
from field_api.reps.users import id_of_email
from field_api.settings import Settings, read_settings
from field_api.store import schema, worker
from field_api.store.base import db
from field_api.store.engine import reachable, writing
from field_api.sync import epochs
from field_api.web.identity import THE_SYSTEM
from field_api.web.measures import log_as_json
from field_api.web.openapi import load

_FAREWELLS = (signal.SIGTERM, signal.SIGINT)


def main() -> None:
    """Run the command line; a refusal is one clear line and exit code 2."""
    try:
        furet(prog_name="furet")
    except FuretError as refusal:
        click.echo(f"furet: {refusal.detail}", err=True)
        for fault in getattr(refusal, "faults", ()):
            click.echo(f"  {fault.where}: {fault.detail}", err=True)
        sys.exit(2)


@click.group(context_settings={"help_option_names": ["-h", "--help"]})
def furet() -> None:
    """A field CRM that knows why customers stay."""


@furet.command()
def up() -> None:
    """Migrate, fill an empty database with the demo company, and serve: what `make run` does."""
    first_start.prepare_home()
    settings = read_settings()
    _want_the_port(settings)
    with _database(settings, upgraded=False):
        if schema.pending(db.engine):
            schema.upgrade(db.engine)
        reconcile(db.session, service.CODE_LISTS)
        first_start.fill_if_empty(settings)
    first_start.tell(settings)
    _become_gunicorn(settings)


@furet.command()
def serve() -> None:
    """Serve the API with gunicorn, with one job worker beside it."""
    settings = read_settings()
    _want_the_port(settings)
    with _database(settings):
        reconcile(db.session, service.CODE_LISTS)
    _become_gunicorn(settings)


@furet.command("worker")
@click.option("--with-parent", type=int, help="End when this process, the parent, has ended.")
def work(with_parent: int | None) -> None:
    """Do the jobs that requests have promised, until told to stop."""
    settings = read_settings()
    stop = threading.Event()
    # Waited for in a thread: a handler would run in the middle of `stop.wait` and could meet its lock.
    signal.pthread_sigmask(signal.SIG_BLOCK, _FAREWELLS)
    threading.Thread(target=_stop_when_told, args=(stop,), daemon=True).start()
    if with_parent:
        threading.Thread(target=_stop_without_parent, args=(with_parent, stop), daemon=True).start()
    log_as_json()
    with _database(settings):
        worker.work(service.job_handlers(settings), service.RECURRING, stop)


@furet.group("db")
def database() -> None:
    """The database's shape."""


@database.command("upgrade")
def db_upgrade() -> None:
    """Bring the database to this version of Furet."""
    with _database(read_settings(), upgraded=False):
        schema.upgrade(db.engine)
        reconcile(db.session, service.CODE_LISTS)
    click.echo("The database is up to date.", err=True)


@database.command("draft", hidden=True)
@click.argument("message")
def db_draft(message: str) -> None:
    """Draft a migration, for those who change a model."""
    with _database(read_settings()):
        click.echo(schema.draft(db.engine, message))


@database.command("renew-epoch")
def db_renew_epoch() -> None:
    """Make every phone begin again; run it after a backup was restored."""
    with _database(read_settings()), writing(db.session):
        epoch = epochs.renew(db.session).epoch
    click.echo(f"The epoch is {epoch} now.", err=True)


@furet.command()
@click.option("--customers", default=first_start.DEMO_CUSTOMERS, show_default=True, type=click.IntRange(1, 5_000_000))
@click.option("--seed", default=first_start.DEMO_SEED, show_default=True, type=click.IntRange(0, 2**31 - 1))
def demo(customers: int, seed: int) -> None:
    """Fill an empty database with the demo company."""
    settings = read_settings()
    with _database(settings):
        first_start.fill(settings, customers, seed)


@furet.group()
def user() -> None:
    """The people who work here."""


@user.command("add")
@click.option("--email", required=True)
@click.option("--name", required=True)
@click.option("--role", required=True, type=click.Choice(USER_ROLES))
@click.option("--locale", type=click.Choice(LOCALES))
@click.option("--password-stdin", is_flag=True, help="Read the password from standard input; otherwise one is made.")
def user_add(email: str, name: str, role: str, locale: str | None, password_stdin: bool) -> None:
    """Add somebody; a password that was made is printed alone on standard output, once."""
    told = {"email": email, "name": name, "role": role} | ({"locale": locale} if locale else {})
    if password_stdin:
        told["password"] = sys.stdin.readline().rstrip("\r\n")
    data = load(NewUserSchema, told)
    with _database(read_settings()), writing(db.session):
        _user, password = users.create_user(db.session, THE_SYSTEM, data)
    if not password_stdin:
        click.echo(password)


@furet.group()
def token() -> None:
    """Personal tokens for notebooks and other programs."""


@token.command("create")
@click.option("--user", "email", required=True, metavar="EMAIL", help="Whose token it is.")
@click.option("--scopes", required=True, help="Separated by spaces or commas; dav alone makes an app password.")
@click.option("--name", default="made on the command line", show_default=True)
def token_create(email: str, scopes: str, name: str) -> None:
    """Make a token and print it alone on standard output; it is not shown again."""
    wanted = scopes.replace(",", " ").split()
    kind = {"kind": "calendar"} if wanted == [CALENDAR_SCOPE] else {"scopes": wanted}
    data = load(NewTokenSchema, {"name": name, **kind})
    with _database(read_settings()), writing(db.session):
        user_id = id_of_email(db.session, email)
        _token, text = tokens.create_token(db.session, THE_SYSTEM, user_id, data)
    click.echo(text)


@furet.command()
def check() -> None:
    """Check the invariants of the data, each by name; exit 1 if one is broken."""
    broken = 0
    with _database(read_settings()):
        for one in service.CHECKS:
            faults = one.find(db.session)
            broken += bool(faults)
            click.echo(f"{'BROKEN' if faults else 'ok    '} {one.name}")
            for fault in faults[:10]:
                click.echo(f"         {fault}")
    if broken:
        sys.exit(1)


@contextmanager
def _database(settings: Settings, *, upgraded: bool = True) -> Iterator[Flask]:
    """The application's context on a database that answers and, unless it is about to be upgraded, is up to date."""
    app = service.create_app(settings)
    shown = settings.database_url.render_as_string(hide_password=True)
    with app.app_context():
        try:
            reachable(db.engine)
        except SQLAlchemyError as error:
            reason = str(getattr(error, "orig", error)).strip().splitlines()[0]
            told = f"The database {shown} does not answer ({reason}). Start it, or correct DATABASE_URL."
            raise Refused(told) from None
        if upgraded and schema.pending(db.engine):
            raise Refused(f"The database {shown} is behind this version of Furet. Run `furet db upgrade` first.")
        try:
            yield app
        finally:
            db.session.remove()
            db.engine.dispose()


def _want_the_port(settings: Settings) -> None:
    """Refuse to start where something listens already: gunicorn would try for five seconds, with a line for each."""
    family = socket.AF_INET6 if ":" in settings.host else socket.AF_INET
    try:
        socket.create_server((settings.host, settings.port), family=family).close()
    except OSError as error:
        told = f"Nothing can listen at {settings.host}, port {settings.port} ({os.strerror(error.errno or 0)})."
        raise Refused(f"{told} End what does, or set PORT or FURET_HOST.") from None


def _become_gunicorn(settings: Settings) -> None:
    """Turn this process into the server; does not return.

    A fresh process image, because prometheus_client decides at import, by the environment, whether several processes
    share their figures.
    """
    os.environ["PROMETHEUS_MULTIPROC_DIR"] = str(first_start.fresh_figures_folder(settings))
    sys.stdout.flush()
    gunicorn = (sys.executable, "-m", "gunicorn", "--config", "python:field_api.gunicorn_settings")
    os.execv(sys.executable, (*gunicorn, "field_api.app:create_app()"))  # noqa: S606 - our own interpreter, no shell


def _stop_when_told(stop: threading.Event) -> None:
    signal.sigwait(_FAREWELLS)
    stop.set()


def _stop_without_parent(parent: int, stop: threading.Event) -> None:
    while not stop.wait(1):
        if os.getppid() != parent:
            stop.set()
