"""The service that the options of a command name, and the token it is spoken to with."""

import argparse
import os
from collections.abc import Mapping
from pathlib import Path

from research.client import Service
from research.errors import SettingsError
from research.progress import Progress

TOKEN = "FURET_TOKEN"  # noqa: S105 # The name of a variable.


def service_of(options: argparse.Namespace, progress: Progress) -> Service:
    """The service at `--api`. Raises SettingsError."""
    return Service(options.api, read_token(options.token_file, os.environ), progress)


def read_token(file: Path | None, environ: Mapping[str, str]) -> str:
    """The token in the file, else in the environment.

    Raises
    ------
    SettingsError
        There is none, or what is there cannot be one; the sentence never holds it.
    """
    if file is None and not environ.get(TOKEN, "").strip():
        raise SettingsError(f"There is no token: write it into a file and name it with --token-file, or set {TOKEN}.")
    try:
        text = environ[TOKEN] if file is None else file.read_text(encoding="ascii")
    except OSError as error:
        raise SettingsError(f"The token file {file} cannot be read ({error.strerror}): check the path.") from error
    except UnicodeDecodeError:
        text = ""
    token = text.strip()
    if not token or not token.isascii() or not token.isprintable() or " " in token:
        place = TOKEN if file is None else f"The token file {file}"
        raise SettingsError(f"{place} holds no token: a token is one line of letters, digits and marks.")
    return token
