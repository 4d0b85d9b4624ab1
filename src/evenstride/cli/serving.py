"""The command `serve`: its words, what it prints, and how the program ends."""

from __future__ import annotations

import gc
import os
import signal
import sys
from typing import TYPE_CHECKING, Annotated

import typer

from evenstride.cli.options import LibraryDir, default_library, examples

if TYPE_CHECKING:
    from types import FrameType

    from evenstride.answers import Library

Port = Annotated[
    int | None,
    typer.Option(
        "--port",
        min=0,
        max=65535,
        help="Port on this computer; 0 for any free one (8650, or any free one).",
        show_default=False,
    ),
]
Open = Annotated[
    bool | None,
    typer.Option(
        "--open/--no-open",
        help="Open a browser (by default when run in a terminal).",
        show_default=False,
    ),
]
Phone = Annotated[
    bool,
    typer.Option("--phone", help="Let phones of your local network in too, each by a code."),
]
PhonePort = Annotated[
    int | None,
    typer.Option(
        "--phone-port",
        min=0,
        max=65535,
        help="Port for phones (8651, or any free one).",
        show_default=False,
    ),
]
Address = Annotated[
    str | None,
    typer.Option(
        "--address", metavar="IP", help="Which address of this computer phones come in by."
    ),
]
Forget = Annotated[
    bool,
    typer.Option("--forget-phones", help="Let no phone in that was paired before, and stop."),
]


def serve(
    *,
    library: LibraryDir = None,
    port: Port = None,
    open_: Open = None,
    phone: Phone = False,
    phone_port: PhonePort = None,
    address: Address = None,
    forget_phones: Forget = False,
) -> None:
    """Open the app in your browser; with --phone, on your phone too.

    It runs on this computer and answers this computer only, until you press Ctrl-C. Its
    address is the first line on standard output.
    """
    if (phone_port is not None or address is not None) and not phone:
        raise typer.BadParameter("--phone-port and --address go with --phone.")
    if forget_phones and phone:
        raise typer.BadParameter("--forget-phones goes alone.")
    signal.signal(signal.SIGTERM, _end_before_listening)
    # What is imported now stays; looking through it for garbage again and again costs a tenth.
    gc.disable()
    from evenstride.answers import open_library

    lib = open_library((library or default_library()).expanduser(), create=True)
    if forget_phones:
        _forget(lib)
        return
    _run(lib, port, open_=open_, phone=(phone_port, address) if phone else None)


EPILOG = examples(
    "evenstride serve", "evenstride serve --port 0 --no-open", "evenstride serve --phone"
)


def _run(
    lib: Library,
    port: int | None,
    *,
    open_: bool | None,
    phone: tuple[int | None, str | None] | None,
) -> None:
    from evenstride.web import listening, serve

    loopback = listening.listen(listening.LOOPBACK, port, usual=listening.PORT)
    home = listening.url("http", listening.LOOPBACK, loopback.getsockname()[1]) + "/"
    in_terminal = sys.stdin.isatty() and sys.stdout.isatty()
    listener = None
    if phone is not None:
        from evenstride.cli.pairing import listen_for_phones

        listener = listen_for_phones(lib, *phone)

    def ready() -> None:
        gc.freeze()
        gc.enable()
        print(home, flush=True)  # noqa: T201
        print("Press Ctrl-C here to stop.", file=sys.stderr)  # noqa: T201
        if open_ or (open_ is None and in_terminal and _has_screen()):
            _open_browser(home)

    serve.log_to_standard_error()
    serve.serve(lib, loopback, phone=listener, on_ready=ready)
    serve.leave(lib)


def _end_before_listening(_signal: int, _frame: FrameType | None) -> None:
    # At once: an exception raised here may land in a callback that swallows it, and nothing is
    # lost, for a library is made and migrated as if the power could fail.
    os._exit(0)


def _forget(lib: Library) -> None:
    phones = lib.phones()
    for one in phones:
        lib.revoke_phone(one.phone_id)
    count = len(phones)
    said = "No phone was paired." if not count else f"{count} phone{'s' * (count != 1)} forgotten."
    print(said)  # noqa: T201
    lib.close()


def _has_screen() -> bool:
    """Say whether a browser could show itself: else a browser of text would take the terminal."""
    if sys.platform in ("win32", "darwin"):
        return True
    return bool(os.environ.get("DISPLAY") or os.environ.get("WAYLAND_DISPLAY"))


def _open_browser(address: str) -> None:
    import threading
    import webbrowser

    # Some browsers keep their caller waiting until they are closed.
    threading.Thread(target=webbrowser.open, args=(address,), daemon=True).start()
