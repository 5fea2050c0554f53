"""Programs use the agenda through the `caldav` library, and its server tester judges us."""

import ast
import json
from collections import Counter
from pathlib import Path

import pytest

from tests.clients.calendar_account import open_account
from tests.clients.calendar_tools import run
from tests.clients.site import Site

pytestmark = pytest.mark.clients

SCRIPT = Path(__file__).with_name("calendar_script.py")
# Of some hundred features; measured by the same tool, Radicale has 88 and Xandikos 90.
LEAST_FULL = 90


def test_the_caldav_library_does_what_programs_do(site: Site, calendar_tools: Path, tmp_path: Path) -> None:
    account = open_account(site)
    arguments = (str(SCRIPT), f"{account.url}/dav/", account.email, account.password)
    done = run(calendar_tools / "python", *arguments, home=tmp_path)
    assert done.returncode == 0, done.stderr
    assert json.loads(done.stdout) == {
        "calendars": ["agenda"],
        "components": ["VEVENT"],
        "expanded": ["Visite", "Weekly", "Weekly", "Weekly"],
        "by_uid": "Visite",
        "first_sync": 2,
        "changed": ["Visite déplacée"],
        "busy": 2,
        "gone": 1,
        "left": 1,
        "todos": ["Rappeler"],
        "open_todos": 0,
        "name": "Tâches",
        "calendars_left": 1,
    }


def test_the_server_tester_finds_nothing_broken(site: Site, calendar_tools: Path, tmp_path: Path) -> None:
    account = open_account(site)
    where = ("--caldav-url", f"{account.url}/dav/", "--caldav-username", account.email)
    told = (*where, "--caldav-password", account.password, "--format", "hints")
    done = run(calendar_tools / "caldav-server-tester", *told, home=tmp_path)
    assert done.returncode == 0, done.stderr[-2000:]
    features = ast.literal_eval(done.stdout)
    levels = {name: facts.get("support", "full") for name, facts in features.items()}
    counted = Counter(levels.values())
    print(f"\ncaldav-server-tester: {dict(counted)} of {len(levels)}")
    assert {name: level for name, level in levels.items() if level in {"broken", "ungraceful", "fragile"}} == {}
    assert counted["full"] >= LEAST_FULL, sorted(name for name, level in levels.items() if level != "full")
