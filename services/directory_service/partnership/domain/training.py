"""States and subjects of a training session, and the rule of a count by rank. All of it is data.

Promises: pure. A count says how many of a rank came and how many of them were trained within the last 24 months already
(`repeat`); nobody's name has a place, of trainers neither: `store/tables_training.py` keeps their organisations alone.
Source: docs/partnership.md; minutes are the curriculum's, and the first help after a needle-stick has to be checked by
a doctor.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from directory_service.organizations.domain.ranks import RANKS
from directory_service.partnership.domain.meetings import NotNow
from setu.roles import COURT, POLICE_UNIT, PRISON
from setu.text import N_

PLANNED, HELD, CANCELLED = "planned", "held", "cancelled"
STATES = (PLANNED, HELD, CANCELLED)
COUNTABLE = (PLANNED, HELD)
TRAINED_KINDS = (POLICE_UNIT, PRISON, COURT)
MOST_CAME = 999  # of one rank at one session
MOST_TRAINERS = 10
DAYS_TO_CALL_OFF = 7
"""Whole days after its day and its last count, before the clock holds a session that units counted at.

Of one whose coordinator took back that it was held, only what was entered since then counts for the clock.
"""
TAKEN_BACK_WITHIN = timedelta(days=7)
"""How long the coordinator can take back to have said that a session was held."""


@dataclass(frozen=True)
class Topic:
    """One part of the curriculum: for whom it is, and its minutes."""

    code: str
    audience: str
    title: str
    minutes: int


AUDIENCES: Mapping[str, str] = {
    "all": N_("All ranks"),
    "inspectors": N_("Inspectors and above"),
    "prison": N_("Prison staff, prison health"),
    "refresher": N_("Refresher"),
}
TOPICS: Mapping[str, Topic] = {
    topic.code: topic
    for topic in (
        Topic("safety", "all", N_("Your own safety: needle-stick and what to do after it"), 25),
        Topic("dependence", "all", N_("Dependence, substitution treatment, needle exchange, testing"), 30),
        Topic("law", "all", N_("The law"), 30),
        Topic("overdose", "all", N_("Overdose, practised"), 25),
        Topic("consent", "all", N_("Consent, words, card and form"), 30),
        Topic("women", "all", N_("Women, under 18, withdrawal"), 25),
        Topic("provider", "all", N_("A provider and a peer speak"), 15),
        Topic("leading", "inspectors", N_("No quotas, handover, breach of the agreement"), 45),
        Topic("custody", "prison", N_("Continuing treatment, release, secrecy"), 60),
        Topic("refresher", "refresher", N_("Refresher of all parts"), 60),
    )
}


@dataclass(frozen=True)
class RankCount:
    """How many of a rank came, and how many of them had been counted within the last 24 months already."""

    rank: str
    attended: int
    repeat: int

    def __post_init__(self) -> None:
        if self.rank not in RANKS or not 0 <= self.repeat <= self.attended <= MOST_CAME:
            raise ValueError(self)

    @property
    def newly_trained(self) -> int:
        """Those who add to the coverage."""
        return self.attended - self.repeat


def check_countable(state: str, day: date, today: date) -> None:
    """Raise NotNow before the session's day, and where it was called off."""
    if state not in COUNTABLE or day > today:
        raise NotNow(state)


def check_cancellable(state: str, *, held_by_counts: bool) -> None:
    """Raise NotNow where it was called off, or the coordinator said or counted that it was held."""
    if state != PLANNED and not (state == HELD and held_by_counts):
        raise NotNow(state)


def can_take_back(state: str, said_at: datetime | None, now: datetime) -> bool:
    """Whether the coordinator's word that it was held, given at `said_at`, can be taken back still."""
    return state == HELD and said_at is not None and now - said_at < TAKEN_BACK_WITHIN


def check_planned(state: str) -> None:
    """Raise NotNow where the session is not ahead any more."""
    if state != PLANNED:
        raise NotNow(state)
