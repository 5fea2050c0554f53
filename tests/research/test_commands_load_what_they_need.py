"""A command pays for the libraries it uses, not for those of its neighbours."""

import subprocess
import sys
from importlib import import_module

import pytest

from research.terminal.options import parser


def loaded_by(command: str) -> set[str]:
    code = f"import sys, research.terminal.commands.{command}; print(*sys.modules)"
    return set(subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout.split())


@pytest.mark.parametrize(
    ("command", "spared"),
    [
        ("score", {"altair", "IPython"}),
        ("check", {"altair", "pgmpy"}),
        ("codebook", {"numba"}),
        ("fetch", {"altair", "numba", "scipy"}),
        ("publish", {"IPython", "ipywidgets"}),
    ],
)
def test_a_command_does_not_wait_for_libraries_of_others(command: str, spared: set[str]) -> None:
    assert not loaded_by(command) & spared


def test_every_command_that_is_offered_can_be_loaded() -> None:
    told = parser().format_help()
    for command in ("fit", "page", "score", "check", "codebook", "simulate", "fetch", "publish"):
        assert f"    {command} " in told
        assert callable(import_module(f"research.terminal.commands.{command}").run)
