"""The command line: `python -m research fit|page|score|check|codebook|simulate|fetch|publish`.

Bad input ends with one sentence on standard error and exit code 2; nothing is written then.
"""

import sys
from collections.abc import Sequence
from importlib import import_module

from research.errors import ResearchError
from research.terminal.options import BAD_INPUT, parser

INTERRUPTED = 130


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command; the exit code is 0, or 2 for input a person can mend."""
    options = parser().parse_args(arguments)
    try:
        # By name and only now: drawing libraries take seconds to load, which `score` and `check` need not wait for.
        import_module(f"research.terminal.commands.{options.command}").run(options)
    except ResearchError as error:
        print(error, file=sys.stderr)
        return BAD_INPUT
    except KeyboardInterrupt:
        print("Stopped; no result was written, and running it again does no harm.", file=sys.stderr)
        return INTERRUPTED
    return 0


if __name__ == "__main__":
    sys.exit(main())
