"""Decides what becomes of a field that cannot hold what was sent: it is kept, and said beside it.

A form is read whatever comes: what is too long, too much or no text at all makes a sentence in
`TypedForm.wrong`, and every field stands as it was typed, so that the page can show it again.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, ClassVar, Self

from pydantic import BaseModel, ModelWrapValidatorHandler, ValidationError, model_validator
from pydantic.fields import PrivateAttr

from evenstride.domain.wording import count_words

if TYPE_CHECKING:
    from pydantic_core import ErrorDetails

FORM = "form"
"""Under which name stands what is wrong with a field that nobody sees."""
_NOT_AS_MADE = (
    "The form did not arrive as the page made it: look through what stands here, and send it again."
)
_TWICE = "This was said twice, and differently: choose again."


class TypedForm(BaseModel):
    """A form that keeps what it cannot hold.

    Who reads one says `wrong` beside its fields, and writes nothing while there is any.
    """

    unseen: ClassVar[frozenset[str]] = frozenset()
    """Fields that are hidden in the page: what is wrong with them is said of the whole form."""
    _wrong: dict[str, str] = PrivateAttr(default_factory=dict)

    @property
    def wrong(self) -> Mapping[str, str]:
        """A sentence for every field that does not hold what may be sent in it."""
        return self._wrong

    @model_validator(mode="wrap")
    @classmethod
    def _keep_what_was_typed(cls, sent: Any, read: ModelWrapValidatorHandler[Self]) -> Self:  # noqa: ANN401
        if not isinstance(sent, Mapping):
            return read(sent)
        given = {name: _with_plain_lines(value) for name, value in sent.items()}
        twice = {
            name
            for name, value in given.items()
            if name not in cls.model_fields and not isinstance(value, str)
        }
        given |= {name: _last(given[name]) for name in twice}
        wrong = dict.fromkeys(twice, _TWICE)
        try:
            form = read(given)
        except ValidationError as error:
            refused = {str(one["loc"][0]): one for one in reversed(error.errors())}
            form = read({name: value for name, value in given.items() if name not in refused})
            for name, one in refused.items():
                if name in cls.unseen or not _is_text(given.get(name)):
                    wrong[FORM] = _NOT_AS_MADE
                    continue
                wrong[name] = _sentence(one)
                setattr(form, name, given[name])
        form._wrong = wrong  # noqa: SLF001 # it is of this class
        return form


def _sentence(error: ErrorDetails) -> str:
    context = error.get("ctx") or {}
    if error["type"] == "string_too_long":
        most, length = int(context["max_length"]), len(str(error["input"]))
        which = "This" if len(error["loc"]) == 1 else "One of these"
        return (
            f"{which} may have {count_words(most, 'character')} at most and has {length:,}: "
            f"{length - most:,} too many."
        )
    if error["type"] == "too_long":
        most, length = int(context["max_length"]), int(context["actual_length"])
        return f"{most:,} fit here at most, and {length:,} were sent: {length - most:,} too many."
    return _NOT_AS_MADE


def _with_plain_lines(value: object) -> object:
    """Give a text the line ends that are kept of it: browsers send two characters for each."""
    return value.replace("\r\n", "\n") if isinstance(value, str) else value


def _last(values: object) -> str:
    texts = [one for one in values if isinstance(one, str)] if isinstance(values, list) else []
    return texts[-1] if texts else ""


def _is_text(value: object) -> bool:
    every = value if isinstance(value, list) else [value]
    return all(isinstance(one, str) for one in every)
