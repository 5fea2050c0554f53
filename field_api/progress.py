"""Progress of long work: a bar on a terminal, a plain line every tenth in a pipe; always on standard error."""

import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager

import click

# Called with how much is done and how much there is, in the same unit.
Progress = Callable[[int, int], None]


@contextmanager
def shown(label: str) -> Iterator[Progress]:
    """Show progress under a label; gives the function to report it by."""
    if not sys.stderr.isatty():
        yield _lines(label)
        return
    with click.progressbar(length=1000, label=label, file=sys.stderr, show_eta=True) as bar:
        yield lambda done, total: bar.update(1000 * done // max(total, 1) - bar.pos)


def _lines(label: str) -> Progress:
    told = -1

    def report(done: int, total: int) -> None:
        nonlocal told
        tenth = 10 * done // max(total, 1)
        if tenth > told:
            told = tenth
            click.echo(f"{label}: {done} of {total}", err=True)

    return report
