"""`codebook`: a draft from a file, or one that ships with the package."""

import argparse
import sys

from research.codebook import read_codebook
from research.codebook.drafting import draft_codebook
from research.codebook.writing import codebook_text
from research.errors import OutputError, SettingsError
from research.shipped import shipped_folder
from research.snapshots import read_snapshot

_DRAFT_NOTE = """\
# A draft. Correct before use: `tier` (0 for first causes, higher for later effects), `direction` ("down" where a
# high state is bad), the order of text states, constructs, labels, and the codes for missing and not applicable.

"""


def run(options: argparse.Namespace) -> None:
    text = _shipped_text(options) if options.shipped else _draft_text(options)
    if options.out is None:
        sys.stdout.write(text)
        return
    try:
        with options.out.open("x", encoding="utf-8") as file:
            file.write(text)
    except FileExistsError as error:
        raise OutputError(f"{options.out} exists and may hold your corrections: name another file.") from error
    except OSError as error:
        raise OutputError(f"{options.out} cannot be written ({error.strerror}): name another file.") from error


def _shipped_text(options: argparse.Namespace) -> str:
    if options.title:
        raise SettingsError("A shipped codebook has its title: leave --title out, and change it in the file.")
    return codebook_text(read_codebook(shipped_folder(options.shipped) / "codebook.toml"))


def _draft_text(options: argparse.Namespace) -> str:
    return _DRAFT_NOTE + codebook_text(
        draft_codebook(read_snapshot(options.answers), options.title or options.answers.stem)
    )
