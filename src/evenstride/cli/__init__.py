"""The terminal: arguments in, one answer asked for, its rendering out."""

from __future__ import annotations

import os
import sys


def main() -> None:
    """Run the command line. Exit codes: 0 done, 1 an error the user can act on, 2 wrong usage."""
    from evenstride.cli.app import app
    from evenstride.domain.errors import EvenstrideError

    try:
        app()
    except EvenstrideError as error:
        print(f"evenstride: {error}", file=sys.stderr)  # noqa: T201
        sys.exit(1)
    except KeyboardInterrupt:
        print("evenstride: stopped; what was finished is kept.", file=sys.stderr)  # noqa: T201
        sys.exit(130)
    except BrokenPipeError:
        # The reader of a pipe (head, less) has left; there is no one to tell.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        sys.exit(0)
