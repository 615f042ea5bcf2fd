"""Words of the registry's pages: kinds, standings, faults of an entry and refusals, in the reader's language."""

from collections.abc import Callable, Mapping

from directory_service.organizations.domain.standing import TITLES
from directory_service.organizations.domain.unit_kinds import UNIT_KINDS
from directory_service.registry.domain.unit_entry import EntryFault
from directory_service.registry.use_cases.change_standing import ActRefused
from service_kit.web.html.i18n import gettext as _

_TONES = {"active": "green", "pending": "amber", "suspended": "amber", "closing": "amber"}


def standing_words(standing: str) -> str:
    """How it stands."""
    return _(TITLES[standing])


def standing_tone(standing: str) -> str:
    """The tone of its tag."""
    return _TONES.get(standing, "quiet")


def kind_choices() -> list[tuple[str, str]]:
    """Kinds for a list to choose from: code and name."""
    return [(kind.code, _(kind.title)) for kind in UNIT_KINDS.values()]


def fault_words(fault: EntryFault) -> str:
    """What to do about a field that cannot be taken."""
    return _FAULTS[fault.code]()


def column_words(column: str) -> str:
    """What belongs into a column of the file of units."""
    return _COLUMNS[column]()


def person_column_words(column: str) -> str:
    """What belongs into a column of the file of people."""
    return _PERSON_COLUMNS[column]()


def strength_column_words(column: str) -> str:
    """What belongs into a column of the file of posted strength."""
    return _STRENGTH_COLUMNS[column]()


def refusal_words(refused: ActRefused) -> str:
    """Why an act is not possible."""
    return _REFUSED[refused.reason]()


_FAULTS: Mapping[str, Callable[[], str]] = {
    "kind": lambda: _("Choose one of the kinds: %(codes)s.", codes=", ".join(UNIT_KINDS)),
    "name": lambda: _("Enter the name, at most 200 characters."),
    "namesake": lambda: _(
        "A provider of this state has this name, or one that looks like it. Is it there already? Else add its place."
    ),
    "foreign-letters": lambda: _(
        "Write the name in Latin letters, or in those of an Indian script. It has a Greek or Cyrillic one, which looks"
        " like another letter."
    ),
    "own-name": lambda: _("A provider that was let in is renamed by its own manager, under “Our services”."),
    "code": lambda: _("Enter a code of letters, figures and . _ / -, at most 40, such as WB-KOL-012."),
    "district": lambda: _("Enter the district's LGD code, such as 315."),
    "date-form": lambda: _("Write the day as 2019-04-01, or day first as 01-04-2019."),
    "date": lambda: _("Enter a day that is not to come, such as 2019-04-01."),
    "formula": lambda: _("Spreadsheets run what begins with = + - @ as a formula. Begin with a letter or a figure."),
    "control": lambda: _("It has a character that cannot be seen. Type it anew."),
    "codes": lambda: _("Districts are LGD codes, with blanks between them."),
    "no-unit": lambda: _("None of your units has this code."),
    "not-active": lambda: _("This unit is not active, so nobody is added to it."),
    "no-role": lambda: _("A unit of this kind has no such role."),
    "its-manager": lambda: _(
        "A provider's own manager lets its people in. A file gives a provider that waits to be let in its first"
        " manager only."
    ),
    "one-manager": lambda: _(
        "A provider that waits to be let in has one manager, and somebody is that already."
        " Others follow once it is let in."
    ),
    "two-people": lambda: _("This role takes two people and comes from no file."),
    "person-twice": lambda: _("This person stands in the file twice."),
    "person-name": lambda: _("Enter the name, at most 80 characters."),
    "person-unseen": lambda: _("It has a character that cannot be seen. Type it anew."),
    "person-user_name": lambda: _("3 to 40 letters a–z, digits, dots, hyphens or underscores; the first is a letter."),
    "person-phone": lambda: _("Enter a phone number with its area code, such as 98765 43210."),
    "person-mail": lambda: _("Enter a mail address such as name@example.org."),
    "person-language": lambda: _("One of en, hi, bn."),
    "no-ranks": lambda: _("Only police units, courts and prisons have ranks."),
    "scope": lambda: _("Write own, or with_sub_units for a figure that counts its sub-units in."),
    "rank": lambda: _("Write the rank, such as HC or head constable."),
    "posted": lambda: _("Write how many are posted: a whole number."),
    "source": lambda: _("Say where the figure comes from, in at most 200 characters."),
    "rank-twice": lambda: _("This rank of the unit stands in the file twice."),
    "cells": lambda: _("The line has more cells than there are columns."),
    "twice": lambda: _("This code stands in the file twice."),
    "taken": lambda: _("Another organisation of the state has this code."),
    "not-yours": lambda: _("This is none of your districts."),
    "gone": lambda: _("The organisation with this code is closed or refused. A new one needs a new code."),
    "kind-stays": lambda: _("The organisation with this code is of another kind, and a kind does not change."),
    "moves": lambda: _("It is in another district. Move it on its own page: both coordinators agree there."),
    "no-parent": lambda: _("No organisation of the state has this code."),
    "parent-gone": lambda: _("The unit above is closed or refused. Choose another."),
    "parent-level": lambda: _("It cannot hang below this one: choose one of a higher level, or of the same kind."),
}
_REFUSED: Mapping[str, Callable[[], str]] = {
    "standing": lambda: _("This is not possible any more: it stands otherwise by now. Look again."),
    "own": lambda: _("Nobody does this to the own organisation. Ask the coordinator of your state."),
    "why": lambda: _("Choose why it is refused: its people read it when they try to sign in."),
    "too-early": lambda: _(
        "Its team finishes what it holds first. A provider is closed for good 30 days after it began to close, or"
        " later."
    ),
    "successor": lambda: _("Choose a successor of the same kind that works in your districts."),
    "successor-far": lambda: _("Its successor is out of your reach. The coordinator of the state closes it for good."),
    "waiting": lambda: _("It is already offered to another district."),
    "district": lambda: _("Choose another district."),
}
_COLUMNS: Mapping[str, Callable[[], str]] = {
    "kind": lambda: _("One of the words below."),
    "code": lambda: _("Your state's own short code, such as WB-KOL-012. Files name the unit by it."),
    "name": lambda: _("As it stands on the building."),
    "parent_code": lambda: _("The code of the unit above, in the file or the registry; empty for none."),
    "district_code": lambda: _("The district's LGD code, such as 315."),
    "opened_on": lambda: _("Since when it is open, such as 2019-04-01 or 01-04-2019; may be empty."),
}
_PERSON_COLUMNS: Mapping[str, Callable[[], str]] = {
    "name": lambda: _("The person's own name."),
    "user_name": lambda: _("A service number is fine if it begins with a letter. Four digits are added to it."),
    "role": lambda: _("One of the words below."),
    "organization": lambda: _("The unit's code; empty for your own organisation."),
    "phone": lambda: _("May be empty. The person can sign in with it."),
    "mail": lambda: _("May be empty."),
    "language": lambda: _("One of en, hi, bn."),
    "districts": lambda: _("For coordinators: LGD codes with blanks between them; empty for the unit's own district."),
}
_STRENGTH_COLUMNS: Mapping[str, Callable[[], str]] = {
    "unit_code": lambda: _("The code of a police unit, court or prison in the registry."),
    "scope": lambda: _("own, or with_sub_units where the figure counts its sub-units in."),
    "rank": lambda: _("One of the words below, or your state's own: you are asked what it means, once."),
    "posted": lambda: _("How many are posted, not how many are sanctioned."),
    "as_of": lambda: _("The day of the figure, such as 2026-04-01 or 01-04-2026. A later day replaces an earlier one."),
    "source": lambda: _("Where it comes from, such as “SP's letter 12/2026”."),
}
