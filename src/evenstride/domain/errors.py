"""What can go wrong by misuse: a small tree of errors, each message one plain sentence."""

from __future__ import annotations


class EvenstrideError(Exception):
    """Something the user can act on. The message is one sentence that says what and how."""


class LibraryError(EvenstrideError):
    """The library cannot be used as it is."""


class LibraryCorruptError(LibraryError):
    """The library's database or files are damaged."""


class TamperedError(LibraryError):
    """What was registered is not any more what it was when it was registered."""


class LibraryTooNewError(LibraryError):
    """The library was written by a newer Evenstride than this one."""


class StorageError(LibraryError):
    """The disk is full, or the library's folder cannot be written."""


class EmptyLibraryError(EvenstrideError):
    """There are no runs yet to answer from."""


class NoBalanceError(EvenstrideError):
    """There are runs, but none carries balance."""


class UnknownRunError(EvenstrideError):
    """No run goes by this name; the message suggests the nearest."""


class UnknownExperimentError(EvenstrideError):
    """No experiment goes by this name; the message suggests the nearest."""


class UnknownEntryError(EvenstrideError):
    """No entry of the diary goes by this name; the message suggests the nearest."""


class InputError(EvenstrideError):
    """A path or value given by the user cannot be used."""


class DoubtError(InputError):
    """What was typed can be, but is unlikely; the message asks whether it is a typing slip.

    Attributes
    ----------
    doubts
        The questions, a sentence each. Who is sure says so, and it is kept.
    """

    def __init__(self, *doubts: str) -> None:
        super().__init__(" ".join(doubts))
        self.doubts = doubts
