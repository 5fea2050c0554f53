"""The README's first calls do what it says they do, line by line."""

import json
import re
import subprocess
from pathlib import Path
from typing import Any

import pytest

from tests.architecture import ROOT
from tests.field_api.server import environ_for, install, running

CHAPTERS = ("The first five calls", "A loyalty card in three calls", "Ask why they stay")
BLOCK = re.compile(r"```(sh|json)\n(.*?)```", re.DOTALL)


def blocks() -> tuple[list[str], list[Any]]:
    text = (ROOT / "README.md").read_text()
    chapters = [text.split(f"## {title}")[1].split("\n## ")[0] for title in CHAPTERS]
    found = [block for chapter in chapters for block in BLOCK.findall(chapter)]
    return [text for kind, text in found if kind == "sh"], [json.loads(text) for kind, text in found if kind == "json"]


def test_the_first_calls_answer_as_they_are_shown(tmp_path: Path) -> None:
    environ = environ_for(tmp_path)
    install(environ, customers=30)
    rep = next(one for one in json.loads((tmp_path / "first-logins.json").read_bytes()) if one["role"] == "rep")
    (setting, *calls), answers = blocks()
    assert len(calls) == len(answers) == 5 + 3 + 1
    with running(environ) as server:
        begun = re.sub(
            r"API=\S+ EMAIL=\S+ PASSWORD=\S+",
            f"API={server.url} EMAIL={rep['email']} PASSWORD='{rep['password']}'",
            setting,
        )
        script = begun + "\necho ----\n".join(calls)
        told = subprocess.run(
            ["bash", "-euc", script], cwd=tmp_path, capture_output=True, text=True, timeout=60, check=True
        )
    for shown, answered in zip(answers, told.stdout.split("----\n"), strict=True):
        assert_shown(shown, json.loads(answered))


VARYING = {"id", "etag", "access_token", "refresh_token", "device_id", "name", "expires_in", "locale", "url"}


def assert_shown(shown: Any, answered: Any, name: str = "") -> None:
    """What is shown is in the answer; what varies from run to run is of the same kind."""
    assert type(shown) is type(answered), name
    if isinstance(shown, dict):
        for key, value in shown.items():
            assert key in answered, f"{name}/{key}"
            assert_shown(value, answered[key], f"{name}/{key}")
    elif isinstance(shown, list):
        assert len(shown) <= len(answered), name
        for value, other in zip(shown, answered, strict=False):
            assert_shown(value, other, name)
    elif name.rpartition("/")[2] not in VARYING:
        assert shown == answered, name


def test_what_varies_must_still_be_of_the_same_kind() -> None:
    with pytest.raises(AssertionError):
        assert_shown({"id": "x"}, {"id": 3})
    with pytest.raises(AssertionError):
        assert_shown({"role": "rep"}, {"role": "admin"})
