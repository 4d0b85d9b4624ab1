"""The terminal: arguments in, one answer asked for, its rendering out."""

from __future__ import annotations

import errno
import os
import sys

_INTERRUPTED = 130
_NO_ROOM = {errno.ENOSPC, errno.EDQUOT, errno.EFBIG}


def main() -> None:
    """Run the command line. Exit codes: 0 done, 1 an error the user can act on, 2 wrong usage."""
    from evenstride.cli.app import app
    from evenstride.domain.errors import EvenstrideError
    from evenstride.domain.wording import printable

    try:
        try:
            app()
        finally:
            sys.stdout.flush()  # what cannot be written is said here, not when all is over
    except EvenstrideError as error:
        # A path or name may hold anything, escape sequences for the terminal too.
        print(f"evenstride: {printable(str(error))}", file=sys.stderr)  # noqa: T201
        sys.exit(1)
    except KeyboardInterrupt:
        _say_stopped()
        sys.exit(_INTERRUPTED)
    except SystemExit as leaving:
        # Typer catches the interrupt of a command itself, and leaves without a word.
        if leaving.code == _INTERRUPTED:
            _say_stopped()
        raise
    except BrokenPipeError:
        # The reader of a pipe (head, less) has left; there is no one to tell.
        _drop_output()
        sys.exit(0)
    except OSError as error:
        if error.errno not in _NO_ROOM:
            raise
        _drop_output()
        print(f"evenstride: nothing more can be written ({error.strerror}).", file=sys.stderr)  # noqa: T201
        sys.exit(1)


def _drop_output() -> None:
    """Let what is still to be printed go nowhere."""
    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


def _say_stopped() -> None:
    print("evenstride: stopped; what was finished is kept.", file=sys.stderr)  # noqa: T201
