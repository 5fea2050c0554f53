"""The first start, and what a start refuses, with real processes."""

import json
import os
import socket
import stat
import subprocess
import sys
import time
from pathlib import Path

import httpx
import pytest

from field_api.cli import main
from tests.field_api.server import environ_for, furet, install, running

UP = (sys.executable, "-m", "field_api", "up")


def test_the_first_start_makes_a_working_crm_the_second_changes_nothing_and_ctrl_c_ends_all(tmp_path: Path) -> None:
    home = tmp_path / "a home with spaces"
    environ = environ_for(home)
    del environ["FURET_SECRET"]
    with running(environ, *UP) as server:
        logins = json.loads((home / "first-logins.json").read_bytes())
        assert {login["role"] for login in logins} == {"rep", "admin", "researcher"}
        for login in logins:
            credentials = {"email": login["email"], "password": login["password"], "device": "a test"}
            assert httpx.post(f"{server.url}/v1/login", json=credentials).status_code == 200
        rep = next(login for login in logins if login["role"] == "rep")
        token = httpx.post(
            f"{server.url}/v1/login", json={"email": rep["email"], "password": rep["password"], "device": "t"}
        ).json()["access_token"]
        customers = httpx.get(f"{server.url}/v1/customers", headers={"Authorization": f"Bearer {token}"}).json()[
            "items"
        ]
        assert len(customers) == 20
    for file in ("first-logins.json", "secret"):
        assert stat.S_IMODE((home / file).stat().st_mode) == 0o600
    before = (home / "first-logins.json").read_bytes()
    count = furet("check", environ=environ | {"FURET_SECRET": (home / "secret").read_text()})
    assert count.returncode == 0, count.stdout
    with running(environ, *UP) as server:
        assert (home / "first-logins.json").read_bytes() == before
    assert server.process.returncode == 0
    # Nobody is left of its group.
    with pytest.raises(ProcessLookupError):
        os.killpg(server.process.pid, 0)


def test_a_killed_server_takes_its_job_worker_with_it(tmp_path: Path) -> None:
    environ = environ_for(tmp_path)
    install(environ)
    with running(environ) as server:
        server.process.kill()
        server.process.wait()
        until = time.monotonic() + 60
        alive = True
        while alive and time.monotonic() < until:
            told = subprocess.run(
                ["ps", "-o", "args=", "-g", str(server.process.pid)], capture_output=True, text=True, check=False
            )
            alive = "worker" in told.stdout
            time.sleep(0.2)
    assert not alive


@pytest.mark.parametrize(
    ("changes", "told"),
    [
        ({"FURET_SECRET": "weak"}, "FURET_SECRET is weak"),
        ({"DATABASE_URL": "postgresql://nobody@127.0.0.1:9/none"}, "does not answer"),
        ({}, "Run `furet db upgrade` first"),
        ({"PORT": "http"}, "PORT is 'http'"),
    ],
)
def test_a_start_that_makes_no_sense_is_refused_in_one_line(
    changes: dict[str, str],
    told: str,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    for name, value in (environ_for(tmp_path) | {"DATABASE_URL": ""} | changes).items():
        monkeypatch.setenv(name, value)
    monkeypatch.setattr(sys, "argv", ["furet", "serve"])
    # Otherwise a start that is not refused would be this process's end.
    monkeypatch.setattr(os, "execv", lambda *_: pytest.fail("it became a server"))
    with pytest.raises(SystemExit) as ended:
        main()
    assert ended.value.code == 2
    [line] = capsys.readouterr().err.strip().splitlines()
    assert line.startswith("furet: ")
    assert told in line


def test_a_missing_secret_is_refused_in_one_line(tmp_path: Path) -> None:
    environ = environ_for(tmp_path)
    del environ["FURET_SECRET"]
    refused = furet("serve", environ=environ)
    assert (refused.returncode, len(refused.stderr.strip().splitlines())) == (2, 1)


def test_a_port_in_use_is_told_in_one_line(tmp_path: Path) -> None:
    environ = environ_for(tmp_path)
    with socket.socket() as other:
        other.bind(("127.0.0.1", int(environ["PORT"])))
        other.listen()
        refused = furet("serve", environ=environ)
    [line] = refused.stderr.strip().splitlines()
    assert refused.returncode == 2
    assert line.startswith(f"furet: Nothing can listen at 127.0.0.1, port {environ['PORT']} (Address already in use)")
