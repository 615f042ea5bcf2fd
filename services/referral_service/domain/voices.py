"""Voices: what a person may say with a card's code besides taking consent back, as one table of who may learn of it.

Why: rule 14, the only check on coercion that does not ask the police. Promises: coded, no free text; what goes to the
team is counted nowhere, and what is counted names neither a person nor a referral; who sends holds every card's code,
and makes nobody else look bad alone; each card counts once a word (`_is_new` of
`use_cases/cards/hear_voice.py`); a wish is heard anew on another day, or after somebody worked on the referral. Not to
decide what of the counts is shown (`figures/voice_figures.py`).
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from enum import StrEnum
from uuid import UUID

from referral_service.domain.status import WORKING, Status
from referral_service.domain.task_view import TaskView
from setu.india import day_in_india, midnight_in_india
from setu.roles import COORDINATOR, DATA_OFFICER


class Voice(StrEnum):
    """What a person can say; a code never changes its meaning."""

    NOT_CONTACTED = "not_contacted"
    CALL_BACK = "call_back"
    PRESSED = "pressed"
    MONEY_OR_SEX = "money_or_sex"
    BADLY_TREATED = "badly_treated"


TO_THE_TEAM = (Voice.NOT_CONTACTED, Voice.CALL_BACK)
"""Shown to the provider's team, which is asked to call; the others are counted."""
COUNTED: Mapping[Voice, Sequence[str]] = {
    Voice.PRESSED: (COORDINATOR, DATA_OFFICER),
    Voice.BADLY_TREATED: (COORDINATOR, DATA_OFFICER),
    Voice.MONEY_OR_SEX: (DATA_OFFICER,),
}
"""What is counted → the roles that may see the count."""

TEAM_TOLD_AT_ONCE = frozenset({Status.RECEIVED}) | WORKING
"""A team that has opened a referral and works on it is told that a call is asked for."""
OPENED = TEAM_TOLD_AT_ONCE | {Status.COMPLETED, Status.FAILED}
"""The holder has opened it, or accepted it unopened, and has not declined."""
OF_ONE_UNIT = 3
"""How many voices a year on the referrals of one unit count for one provider; so ten need four units.

Not by account: a supervisor lets the unit's officers in, and could be all of them.
"""
OF_ONE_DAY = 1
"""How many voices of what one unit sent in a day count for it, or for one provider: nobody makes ten in an hour.

Not by account, as above.
"""
KNOWN_FOR = timedelta(days=90)
"""A unit's referrals name a provider once its first was sent so long ago: whoever makes four units waits with them."""


@dataclass(frozen=True)
class VoiceCell:
    """Where a voice is counted, never more than rule 14 lets anybody see. `district` is an LGD code."""

    said: Voice
    state: str
    district: int | None
    organization: UUID | None

    @property
    def provider(self) -> UUID | None:
        """The provider that it counts for. "Pressed" has none: it counts for the sender's own unit."""
        return self.organization if self.said is Voice.BADLY_TREATED else None

    @property
    def sending_unit(self) -> UUID | None:
        """The unit that "pressed" counts for."""
        return self.organization if self.said is Voice.PRESSED else None

    def of_the_state(self) -> "VoiceCell":
        """The same word without district and organisation."""
        return replace(self, district=None, organization=None)


def cell_of(said: Voice, state: str, district: int, chain: Sequence[TaskView]) -> VoiceCell:
    """The counter of one voice; `chain` holds the card's records in order, and none where it was handed out alone.

    "Asked for money or sex" keeps the state alone. "Pressed" counts for who sent it, "badly treated" for the last
    provider that opened it.
    """
    if said is Voice.MONEY_OR_SEX:
        return VoiceCell(said, state, None, None)
    return VoiceCell(said, state, district, _organization(said, chain))


def is_early(said: Voice, chain: Sequence[TaskView]) -> bool:
    """Whether it is about who receives this chain of records, and nobody has opened one yet.

    Then it is no last word: the sender holds the code, too, and would otherwise use it up before the person can say it.
    """
    return said is Voice.BADLY_TREATED and bool(chain) and not _opened(chain)


def wish_is_new_since(touched_at: datetime, now: datetime) -> datetime:
    """A wish that was heard before this moment is heard anew: on another day, or after somebody worked on the referral.

    It is no last word, and counted nowhere. All moments are aware.
    """
    return max(midnight_in_india(day_in_india(now)), touched_at)


def sent_by(chain: Sequence[TaskView]) -> UUID | None:
    """The unit that sent the card's first record; None without one."""
    return next((task.sender_organization for task in chain), None)


def _organization(said: Voice, chain: Sequence[TaskView]) -> UUID | None:
    if said is Voice.PRESSED:
        return sent_by(chain)
    opened = _opened(chain)
    return opened[-1].organization_id if opened else None


def _opened(chain: Sequence[TaskView]) -> list[TaskView]:
    return [task for task in chain if task.opened_at is not None or task.status in OPENED]
