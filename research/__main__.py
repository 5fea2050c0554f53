"""The command line: `python -m research fit|page|score|check|codebook|simulate`.

Bad input ends with one sentence on standard error and exit code 2; nothing is written then.
"""

import sys
from collections.abc import Sequence

from research.errors import ResearchError
from research.terminal.commands import COMMANDS
from research.terminal.options import BAD_INPUT, parser

INTERRUPTED = 130


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command; the exit code is 0, or 2 for input a person can mend."""
    options = parser().parse_args(arguments)
    try:
        COMMANDS[options.command](options)
    except ResearchError as error:
        print(error, file=sys.stderr)
        return BAD_INPUT
    except KeyboardInterrupt:
        print("Stopped; nothing was written.", file=sys.stderr)
        return INTERRUPTED
    return 0


if __name__ == "__main__":
    sys.exit(main())
