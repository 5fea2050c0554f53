"""RxDB phones in one Node process, and a real server on each database."""

import json
import shutil
import subprocess
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import psycopg
import pytest
from sqlalchemy import make_url

from field_api.reps.models import User
from tests.clients.calendar_tools import VERSIONS, install
from tests.clients.site import Site

HERE = Path(__file__).parent


class Node:
    """The process in which RxDB runs; takes one command after the other."""

    def __init__(self) -> None:
        self._process = subprocess.Popen(
            ["node", "phones.mjs"], cwd=HERE, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
        )
        self.phones = 0

    def do(self, op: str, **told: Any) -> Any:
        assert self._process.stdin
        assert self._process.stdout
        self._process.stdin.write(json.dumps({"op": op, **told}) + "\n")
        self._process.stdin.flush()
        answer = json.loads(self._process.stdout.readline())
        assert "error" not in answer, answer["error"]
        return answer["ok"]

    def end(self) -> None:
        assert self._process.stdin
        assert self._process.stdout
        self._process.stdin.close()
        self._process.wait(60)
        self._process.stdout.close()


@dataclass
class Phone:
    """One RxDB database with one replicated collection."""

    node: Node
    number: int

    def do(self, op: str, **told: Any) -> Any:
        return self.node.do(op, number=self.number, **told)

    def docs(self) -> dict[str, dict[str, Any]]:
        return {one["id"]: one for one in self.do("docs")}

    def names(self) -> list[str]:
        return sorted(one["name"] for one in self.docs().values())

    def sync(self) -> None:
        self.do("sync")

    def go_offline(self) -> None:
        self.do("set", online=False)

    def go_online(self) -> None:
        self.do("set", online=True)
        self.sync()

    def patch(self, doc_id: str, **changes: Any) -> None:
        self.do("patch", id=doc_id, changes=changes)

    def is_whole(self) -> bool:
        return bool(self.do("whole"))


@dataclass
class Kit:
    """A site, and phones of its reps."""

    site: Site
    node: Node
    phones: list[Phone] = field(default_factory=list)

    def phone(self, user: User, **told: Any) -> Phone:
        self.node.phones += 1
        phone = Phone(self.node, self.node.phones)
        phone.do("open", url=self.site.url, token=self.site.token(user), **told)
        self.phones.append(phone)
        return phone

    def put_away(self, phone: Phone) -> None:
        """RxDB without a licence keeps at most 16 collections open."""
        phone.do("close")
        self.phones.remove(phone)


@pytest.fixture(scope="session")
def node() -> Iterator[Node]:
    if shutil.which("node") is None or shutil.which("npm") is None:
        pytest.skip("RxDB: there is no node here.")
    if not (HERE / "node_modules" / "rxdb").is_dir():
        subprocess.run(["npm", "ci", "--no-audit", "--no-fund", "--loglevel=error"], cwd=HERE, check=True)
    started = Node()
    yield started
    started.end()


@pytest.fixture(scope="session", params=["sqlite", "postgresql"])
def site(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    home = tmp_path_factory.mktemp("clients")
    url = f"sqlite:///{home}/furet.sqlite"
    if request.param == "postgresql":
        given = make_url(request.getfixturevalue("postgresql_url"))
        server = given.set(drivername="postgresql", database="postgres").render_as_string(hide_password=False)
        with psycopg.connect(server, autocommit=True) as connection:
            connection.execute("CREATE DATABASE clients")
        url = given.set(database="clients").render_as_string(hide_password=False)
    started = Site(home, url)
    started.start()
    yield started
    started.stop()


@pytest.fixture(scope="session")
def calendar_tools(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Where the programs of foreign calendar clients lie."""
    return install(tmp_path_factory.mktemp("tools") / "env", *VERSIONS)


@pytest.fixture
def kit(site: Site, node: Node) -> Iterator[Kit]:
    kit = Kit(site, node)
    yield kit
    for phone in [*kit.phones]:
        kit.put_away(phone)
