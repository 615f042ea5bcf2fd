"""Standings of an organisation: requested, active, refused, suspended, closing, closed; and what each lets in.

One table for the registry's acts, sign-in and events. `pending` is the stored word for "requested". Not for who may
act: that stands at the routes and in row-level security.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from setu.roles import COORDINATING_BODY, PROVIDER, PROVIDER_MANAGER
from setu.text import N_

PENDING, ACTIVE, REFUSED = "pending", "active", "refused"
SUSPENDED, CLOSING, CLOSED = "suspended", "closing", "closed"
TITLES: Mapping[str, str] = {
    PENDING: N_("requested"),
    ACTIVE: N_("active"),
    REFUSED: N_("refused"),
    SUSPENDED: N_("suspended"),
    CLOSING: N_("closing"),
    CLOSED: N_("closed"),
}
STANDINGS = tuple(TITLES)
FINISHING = (SUSPENDED, CLOSING)
"""Takes nothing new and finishes its own. Of referrals and cards: `referral_service/domain/standing.py`."""
WORKING = (ACTIVE, *FINISHING)
"""Its people have something to do."""
GONE = (REFUSED, CLOSED)
"""It is over: nobody works there, and its name is free again."""


@dataclass(frozen=True)
class Act:
    """One administrative act: from which standings, to which; its words as audit entries name it."""

    name: str
    before: tuple[str, ...]
    after: str


ACTS: Mapping[str, Act] = {
    act.name: act
    for act in (
        Act("refuse", (PENDING,), REFUSED),
        Act("suspend", (ACTIVE,), SUSPENDED),
        Act("resume", (SUSPENDED,), ACTIVE),
        Act("close", (ACTIVE, SUSPENDED), CLOSING),
        Act("finish", (CLOSING,), CLOSED),
    )
}
REFUSED_BECAUSE: Mapping[str, str] = {
    "not_confirmed": N_("Nobody there confirmed it."),
    "twice": N_("It is in the directory already."),
    "mistake": N_("It was entered by mistake."),
    "no_service": N_("It gives no service that is listed here."),
}
"""Why one that was requested is refused: codes, so that no free text about anybody travels."""
MOVABLE = (ACTIVE, SUSPENDED)
TEAM_FINISHES_WITHIN = timedelta(days=30)
"""How long a provider that begins to close has at least, for its team to end or pass on what it holds."""


def may_finish(kind: str, closing_since: datetime | None, now: datetime) -> bool:
    """Whether an organisation that is closing may be closed for good.

    `closing_since` is None where a process of an older release began it and the worker has not seen it yet.

    A provider holds people, of whom the directory knows nothing: nobody takes its team away from them in a minute.
    """
    return kind != PROVIDER or (closing_since is not None and now >= closing_since + TEAM_FINISHES_WITHIN)


def acts_from(standing: str) -> tuple[str, ...]:
    """The acts that are possible from a standing, in the order of the table; `move` is one beside it."""
    return tuple(act.name for act in ACTS.values() if standing in act.before)


def takes_people(standing: str) -> bool:
    """Whether somebody may be added or invited. One that waits to be let in takes people, for its start."""
    return standing not in FINISHING


def is_public(standing: str, kind: str) -> bool:
    """Whether the public sees an organisation of this kind, its services and its places: an active provider alone."""
    return kind == PROVIDER and standing == ACTIVE


def told_status(standing: str) -> str:
    """The standing in the three words of `directory.organization.changed.v1`; `standing` beside it says the rest."""
    return standing if standing in {PENDING, ACTIVE} else SUSPENDED


def lets_sign_in(standing: str, kind: str, role: str) -> bool:
    """Whether somebody in this role has something to do there.

    Where it waits to be let in only a provider's manager has, who fills in what is looked at then. A coordinating body
    that is suspended holds nothing of its own to finish.
    """
    if standing == PENDING:
        return role == PROVIDER_MANAGER
    return standing == ACTIVE or (standing in FINISHING and kind != COORDINATING_BODY)
