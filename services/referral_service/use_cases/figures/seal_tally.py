"""Sealing what is counted of a person for the figures, and opening it again when a month is frozen.

Why: it stands in the rows of a submission's own transaction, and in clear would tell the gender and the age of the
person of that referral, also after an erasure; so would a need that is met for others. Promises: every submission has
one, as long as any other, and so has a search that found nobody. When not to use it: for what follows from open columns
of the referral.
"""

import logging
from collections.abc import Sequence
from uuid import UUID

from referral_service.domain.figures.tally import OfPerson, read_tally, tally_person
from referral_service.domain.submission import Person
from referral_service.store.figure_tally import SealedTally
from referral_service.use_cases.dependencies import Dependencies
from service_kit.keyring import CannotOpen, Keyring

_SEALED = {"table": "figure_tally", "column": "sealed"}
_log = logging.getLogger(__name__)


def seal_tally(person: Person | None, unmet: Sequence[str], dependencies: Dependencies) -> SealedTally:
    """Under a key of its own, which no erasure destroys: a figure stays what it was. The id tells no order."""
    told = tally_person(person, unmet)
    row_id = UUID(bytes=dependencies.ids.random(16), version=4)
    key = dependencies.keyring.new_record_key()
    return SealedTally(row_id, key.stored, key.seal(told, row=str(row_id), **_SEALED))


def open_tally(keyring: Keyring, tally: SealedTally) -> OfPerson:
    """What it tells; one that no key opens tells nothing, and the log says so."""
    try:
        return read_tally(keyring.unwrap(tally.key).open(tally.sealed, row=str(tally.id), **_SEALED))
    except CannotOpen:
        _log.error("a sealed tally does not open and counts as nothing", extra={"tally": str(tally.id)})
        return OfPerson()
