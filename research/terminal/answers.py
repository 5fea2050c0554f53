"""Reads the answers that the options of a command name."""

import argparse

from research.answers import Answers, ColumnRoles, read_answers
from research.codebook import read_codebook
from research.terminal.options import ROLES


def survey_answers(options: argparse.Namespace) -> Answers:
    """The answers, read by the codebook and in the columns' roles. Raises ResearchError."""
    roles = ColumnRoles(**{role: getattr(options, role) for role in ROLES})
    return read_answers(options.answers, read_codebook(options.codebook), roles)
