"""What a step hands back after reading a posted form: the answers kept as typed, and what is wrong with them.

Promises: only the step's own fields are read, control characters never get in, and every error names the field beside
which it is shown. Messages are message keys with their values, said in the reader's language when shown.
"""

from collections.abc import Collection, Iterable
from dataclasses import dataclass, field

from werkzeug.datastructures import MultiDict

from referral_service.domain.cards.card_number import as_card_number
from referral_service.domain.person_rules import LONGEST_NOTES
from service_kit.errors import FieldError
from service_kit.web.html.i18n import gettext as _

LONGEST = 80  # characters that are read of any field but the notes; longer ones are cut, and then refused
MOST = 24  # values that are read of any list


@dataclass
class StepAnswers:
    """A step's answers and errors. ``answers`` may be kept even when there are errors, so that nothing is lost."""

    answers: dict[str, str | list[str]] = field(default_factory=dict)
    errors: list[FieldError] = field(default_factory=list)

    def refuse(self, name: str, message: str) -> None:
        """Notes what to do about a field; the first message of a field stands."""
        if all(error.field != name for error in self.errors):
            self.errors.append(FieldError(name, message))

    def choose(self, name: str, allowed: Collection[str], message: str) -> str:
        """A single code that must be chosen."""
        value = self.text(name)
        if value not in allowed:
            self.refuse(name, message)
        return value

    def text(self, name: str) -> str:
        """A single answer as typed."""
        value = self.answers.get(name, "")
        return value if isinstance(value, str) else ""

    def several(self, name: str) -> list[str]:
        """Several answers as chosen."""
        value = self.answers.get(name, [])
        return value if isinstance(value, list) else [value]


def take(form: MultiDict[str, str], singles: Iterable[str], lists: Iterable[str] = ()) -> StepAnswers:
    """Reads these fields and no others. Empty ones are left out, so that equal answers compare equal."""
    answers: dict[str, str | list[str]] = {}
    for name in singles:
        if value := _plain(form.get(name, ""), LONGEST_NOTES + 1 if name == "notes" else LONGEST):
            answers[name] = value
    for name in lists:
        if values := [_plain(value, LONGEST) for value in form.getlist(name)[:MOST] if value.strip()]:
            answers[name] = list(dict.fromkeys(values))
    return StepAnswers(answers)


def _plain(value: str, longest: int) -> str:
    visible = "".join(sign for sign in value[:longest] if sign.isprintable() or sign in "\n\u200c\u200d")
    return visible.strip()


def read_card(read: StepAnswers) -> None:
    """The number of a printed card, kept as it is printed; a wrong check digit is found at once."""
    typed = read.text("card")
    number = as_card_number(typed) if typed else None
    if number is not None:
        read.answers["card"] = number
    elif typed:
        read.refuse("card", _("This number is not right. Check it against the card: eight digits."))
