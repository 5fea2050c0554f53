"""Foreign calendar clients from the Python index, in an environment of their own that the tests throw away.

They are tools of these tests and no dependency of ours: caldav-server-tester is under the AGPL.
"""

import os
import subprocess
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent.parent
# The tester reads what it loads by vobject, and does not declare it.
VERSIONS = ("caldav==3.6.0", "caldav-server-tester==1.7.0", "vobject==0.9.9", "vdirsyncer==0.21.0")
INSTALL_S = 300


def install(folder: Path, *wanted: str) -> Path:
    """The folder of programs of a new environment with these packages; skips the test where they cannot be had."""
    uv = next(iter(sorted(ROOT.glob(".tools/uv/*/bin/uv"))), None)
    if uv is None:
        pytest.skip("Calendar clients: uv is not installed below .tools; `make install` does it.")
    for command in (["venv", "--quiet", str(folder)], ["pip", "install", "--quiet", "--python", str(folder), *wanted]):
        done = subprocess.run([str(uv), *command], capture_output=True, text=True, timeout=INSTALL_S, check=False)
        if done.returncode != 0:
            pytest.skip(f"Calendar clients: {' '.join(wanted)} cannot be installed: {done.stderr.strip()[-200:]}")
    return folder / "bin"


def run(program: Path, *arguments: str, home: Path, seconds: int = 240) -> subprocess.CompletedProcess[str]:
    """Run a client to its end, with a home of its own."""
    environ = {"HOME": str(home), "PATH": os.environ["PATH"], "LANG": "C.UTF-8", "TZ": "Europe/Paris"}
    command = [str(program), *arguments]
    return subprocess.run(
        command, env=environ, capture_output=True, text=True, timeout=seconds, check=False, input="y\n"
    )
