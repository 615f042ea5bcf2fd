"""Ranking: in which order the services that may receive a referral are shown, and why.

Why: the officer sees the best three with a reason for each. Promises: pure; what is soft only changes the order;
reasons are codes, so that screens say them in the reader's language. When not to use it: for who may receive it at all
(`eligibility.py`).
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from referral_service.domain.listed_service import ListedService
from referral_service.domain.matching.eligibility import (
    NOT_KNOWN,
    TAKING,
    WOMENS_NEEDS,
    Wanted,
    eligible,
    for_women_alone,
    whom_alone,
)
from setu.confirmation import CONFIRMED_FOR
from setu.india import day_in_india
from setu.opening_hours import OpenState, state_at

BEST = 3
"""How many are shown before "more"."""


@dataclass(frozen=True)
class Match:
    """One service that fits, with the needs it covers, and whether it is open at that moment.

    `reasons` say as codes why it fits, `doubts` what it does not promise.
    """

    service: ListedService
    covers: frozenset[str]
    reasons: tuple[str, ...]
    doubts: tuple[str, ...]
    opens: OpenState
    at: datetime


def rank(services: Iterable[ListedService], wanted: Wanted, now: datetime) -> Sequence[Match]:
    """The services that fit, best first. ``now`` is aware; equal ones stand in the order of their names."""
    matches = [_match(service, wanted, now) for service in services if eligible(service, wanted)]
    return sorted(matches, key=lambda match: _order(match, wanted))


def doubts(service: ListedService, wanted: Wanted) -> tuple[str, ...]:
    """What the listing does not say of what the person would like or needs, as codes: to be told, never to exclude."""
    found = {
        "no_custody_visit": wanted.visit_in_custody and wanted.in_custody and not service.visits_in_custody,
        "no_woman_worker": wanted.woman_worker and not service.female_staff,
        "no_children": wanted.children_with_me and not _admits_children(service),
        "other_language": bool(wanted.language and service.languages) and wanted.language not in service.languages,
        "taking_not_said": not service.accepting,
        "gender_not_said": wanted.gender not in NOT_KNOWN and not (service.genders or service.women_only),
    }
    return tuple(code for code, applies in found.items() if applies)


def _unconfirmed(service: ListedService, now: datetime) -> tuple[str, ...]:
    """Long ago and never are told apart, and both come last."""
    if service.assured_date is None:
        return ("never_confirmed",)
    return ("not_confirmed",) if day_in_india(now) - service.assured_date > CONFIRMED_FOR else ()


def _admits_children(service: ListedService) -> bool:
    return service.creche or service.admits_children_up_to is not None


def _match(service: ListedService, wanted: Wanted, now: datetime) -> Match:
    return Match(
        service=service,
        covers=service.needs & wanted.needs,
        reasons=tuple(code for code, applies in _reasons(service, wanted).items() if applies),
        doubts=(*doubts(service, wanted), *_unconfirmed(service, now)),
        opens=state_at(service.hours, now),
        at=now,
    )


def _reasons(service: ListedService, wanted: Wanted) -> dict[str, bool]:
    for_women = bool(WOMENS_NEEDS & wanted.needs) or wanted.gender == "woman" or wanted.woman_worker
    with_children = "CHILDCARE" in wanted.needs or wanted.children_with_me
    return {
        "covers_all": wanted.needs <= service.needs,
        "child_certified": wanted.child_path,
        "guardian_or_cwc": wanted.child_path and service.guardian_or_cwc,
        "prison_cleared": wanted.setting == "prison",
        "visits_in_custody": wanted.in_custody and service.visits_in_custody,
        "women_only": whom_alone(service) == "women_only",
        "women_and_transgender": whom_alone(service) == "women_and_transgender",
        "women_hours": service.women_only and not for_women_alone(service),
        "female_staff": for_women and service.female_staff,
        "ost_in_pregnancy": (wanted.pregnant or "MATERNAL" in wanted.needs) and service.ost_in_pregnancy,
        "children_admitted": with_children and _admits_children(service),
        "speaks_language": wanted.language is not None and wanted.language in service.languages,
        "free": service.cost.casefold() == "free",
        "waiting_list": service.accepting == "waiting_list",
    }


def _order(match: Match, wanted: Wanted) -> tuple[int, int, bool, int, bool, bool, bool, str]:
    """Need coverage first, then an open door, then a visit where only a visit reaches the person, then what else suits.

    Of those alike the near before the far, the confirmed before the old, and who is open at this hour.
    """
    service, suits = match.service, len(set(match.reasons) - _SAYS_NOTHING_OF_FIT)
    return (
        -len(match.covers),
        TAKING[service.accepting],
        "no_custody_visit" in match.doubts,
        -suits - _focus(service, wanted) + len(_WISHES.intersection(match.doubts)),
        service.home_district not in {None, wanted.district},
        not _UNCONFIRMED.isdisjoint(match.doubts),
        not match.opens.is_open,
        service.name.casefold(),
    )


_UNCONFIRMED = frozenset({"not_confirmed", "never_confirmed"})
_WISHES = frozenset({"no_woman_worker", "no_children", "other_language", "gender_not_said"})


_SAYS_NOTHING_OF_FIT = frozenset(
    {
        "covers_all",
        "free",
        "waiting_list",
        "guardian_or_cwc",
        "women_only",
        "women_and_transgender",
        "women_hours",
    }
)


def _focus(service: ListedService, wanted: Wanted) -> int:
    """A women-only service is the better answer to a woman's need, and the worse one where nobody said so."""
    for_women = "WOMEN" in wanted.needs or wanted.gender == "woman"
    return (1 if for_women else -1) if service.women_only else 0
