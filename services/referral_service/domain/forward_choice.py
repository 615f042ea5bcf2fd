"""Choice rule of a forward: which services a coordinator may name, and where Setu picks unnamed.

Why: a coordinator must not learn the need, the gender or the age by what fits. Promises: pure;
the services that may be named, and their order, follow from district, setting and police needs alone, never from
anything about the person; they are the answer to several requests that have no need in common, or nobody is named.
When not to use it: for an officer's choice, who knows what was asked (`matching/ranking.py`). Decision: docs/adr/0036.
"""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from functools import cache
from itertools import combinations
from uuid import UUID

from referral_service.domain.candidates import candidates
from referral_service.domain.child_path import OF_CHILDREN
from referral_service.domain.listed_service import ListedService
from referral_service.domain.matching.eligibility import TAKING, Wanted, eligible, serves_every_adult
from referral_service.domain.matching.ranking import Match, rank
from setu.needs import MOST_NEEDS, NEEDS

MOST_NEARBY = 60
"""How many services of other districts are looked at for naming; which ones follows from nothing about the person."""
FEWEST_NAMED = 3
"""With fewer services that fit, a name would tell too much."""
MOST_PICKED = 3
"""How many Setu asks at once where it picks: each of them learns district, needs and priority."""
POLICE_NEEDS = frozenset(need.code for need in NEEDS if need.police_may_pick) - {OF_CHILDREN}


@dataclass(frozen=True)
class ForwardChoice:
    """`named` are the services that the coordinator may be shown, `picked` those that Setu asks by itself."""

    named: Sequence[Match]
    picked: Sequence[ListedService]


def forward_choice(
    services: Iterable[ListedService], wanted: Wanted, now: datetime, *, asked: Collection[UUID]
) -> ForwardChoice:
    """Of these services; `asked` are the providers that had this referral before. Both are empty where nobody fits."""
    others = [service for service in services if service.organization not in asked]
    return ForwardChoice(_named(others, wanted, now), pick(others, wanted, now, asked=asked))


def name_tells_nothing(service: ListedService) -> bool:
    """Whether a coordinator may read that this service was asked by an officer: it could have been for many reasons."""
    return serves_every_adult(service) and len(service.needs & POLICE_NEEDS) >= FEWEST_NAMED


def pick(
    services: Iterable[ListedService], wanted: Wanted, now: datetime, *, asked: Collection[UUID]
) -> Sequence[ListedService]:
    """The best of each provider; further districts only where nobody fits in the own one.

    A service for women alone only where a woman is meant, or where nobody else is there.
    """
    others = [service for service in services if service.organization not in asked]
    best = candidates(rank(others, replace(wanted, nearby=frozenset()), now), wanted)
    if not best:
        anywhere = rank(others, wanted, now)
        best = candidates(anywhere, wanted) or anywhere
    return [match.service for match in best[:MOST_PICKED]]


def _named(services: Sequence[ListedService], wanted: Wanted, now: datetime) -> Sequence[Match]:
    if wanted.child_path or not wanted.needs <= POLICE_NEEDS:
        return ()
    anybody = Wanted(wanted.needs, wanted.district, wanted.setting, nearby=wanted.nearby)
    open_to_all = [service for service in services if serves_every_adult(service)]
    found = rank(open_to_all, anybody, now)
    if len(found) < FEWEST_NAMED or _tells_a_need({match.service.id for match in found}, open_to_all, anybody):
        return ()
    return sorted(found, key=lambda match: _neutral_order(match, anybody))


def _neutral_order(match: Match, anybody: Wanted) -> tuple[bool, int, bool, bool, str, UUID]:
    """In custody those first that say they visit, whoever the person is: whoever forwards is not told who needs it."""
    service = match.service
    elsewhere = anybody.district not in service.districts
    no_visit = anybody.in_custody and not service.visits_in_custody
    return elsewhere, TAKING[service.accepting], no_visit, not match.opens.is_open, service.name.casefold(), service.id


def _tells_a_need(shown: set[UUID], services: Sequence[ListedService], wanted: Wanted) -> bool:
    """Whether every request that would show exactly these services has a need in common."""
    serving = {need: _ids(services, replace(wanted, needs=frozenset({need}))) for need in POLICE_NEEDS}
    common = set(POLICE_NEEDS)
    for needs in _requests():
        if set().union(*(serving[need] for need in needs)) == shown:
            common &= needs
    return bool(common)


def _ids(services: Iterable[ListedService], wanted: Wanted) -> set[UUID]:
    return {service.id for service in services if eligible(service, wanted)}


@cache
def _requests() -> Sequence[frozenset[str]]:
    """Every set of needs that an officer could have sent for an adult."""
    sizes = range(1, MOST_NEEDS + 1)
    return [frozenset(needs) for size in sizes for needs in combinations(sorted(POLICE_NEEDS), size)]
