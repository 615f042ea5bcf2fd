"""Matching rules: which listed services fit a request, in which order, and why.

Why: the officer sees the best three with a reason for each; submission checks the same rule again on the server.
Promises: pure; a hard condition (``eligible``) never depends on the clock; a soft one only changes the order. What a
listing does not say excludes nothing, but that children are taken and that the prison lets it in must be said. Reasons
are codes, so that screens say them in the reader's language. Nothing here reads free text or co-ordinates.
When not to use it: to judge a person. It looks at listings and at the help that was asked for. What a search of the
directory leaves out: `directory_service/finding/store/search/query.py`.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from referral_service.domain.child_path import OF_CHILDREN, UNDER_18, is_child_path
from referral_service.domain.listed_service import ListedService
from referral_service.domain.person_rules import AGE_BANDS
from setu.confirmation import CONFIRMED_FOR
from setu.india import day_in_india
from setu.needs import MOST_NEEDS
from setu.opening_hours import OpenState, state_at

BEST = 3
"""How many are shown before "more"."""
_NOT_KNOWN = frozenset({None, "not_said"})
TAKING = {"open": 0, "waiting_list": 1, "": 2}
"""Where a service may be asked, in this order; what nobody said excludes nothing, and comes behind what is said."""
_WOMENS_NEEDS = frozenset({"WOMEN", "MATERNAL"})


@dataclass(frozen=True)
class Wanted:
    """The help that is asked for. Everything after ``setting`` is known only once the person has said yes.

    ``nearby``: LGD codes of further districts whose services may be asked too.
    """

    needs: frozenset[str]
    district: int
    setting: str = "street"
    gender: str | None = None
    age_band: str | None = None
    language: str | None = None
    woman_worker: bool = False
    children_with_me: bool = False
    visit_in_custody: bool = False
    pregnant: bool = False
    nearby: frozenset[int] = frozenset()

    @property
    def child_path(self) -> bool:
        """Under 18, or the need for a child's service: only child-certified services (rule 8)."""
        return is_child_path(self.needs, self.age_band)

    @property
    def tells_gender(self) -> bool:
        """Whether it is known for whom: by the gender that was said, or by help that is for women."""
        return self.gender not in _NOT_KNOWN or bool(_WOMENS_NEEDS & self.needs)

    @property
    def in_custody(self) -> bool:
        """Whether the person is held, at a station, a court or a prison, and is met there if at all."""
        return self.setting != "street"


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


def obstacles(service: ListedService, wanted: Wanted) -> frozenset[str]:
    """Why this service cannot take the referral, as codes (empty: it can)."""
    found = {
        "not_active": not service.active,
        "nobody_home": not service.somebody_home,
        "not_accepting": service.accepting not in TAKING,
        "other_district": service.districts.isdisjoint({wanted.district, *wanted.nearby}),
        "other_needs": not service.needs & wanted.needs,
        "not_for_children": wanted.child_path and not service.child_certified,
        "other_age": not _age_fits(service, wanted),
        "other_gender": not _gender_fits(service, wanted.gender),
        "not_in_prison": wanted.setting == "prison" and not service.prison_cleared,
    }
    return frozenset(code for code, applies in found.items() if applies)


def eligible(service: ListedService, wanted: Wanted) -> bool:
    """Whether this service may receive the referral."""
    return not obstacles(service, wanted)


def rank(services: Iterable[ListedService], wanted: Wanted, now: datetime) -> Sequence[Match]:
    """The services that fit, best first. ``now`` is aware; equal ones stand in the order of their names."""
    matches = [_match(service, wanted, now) for service in services if eligible(service, wanted)]
    return sorted(matches, key=lambda match: _order(match, wanted))


def unmet(services: Iterable[ListedService], wanted: Wanted) -> frozenset[str]:
    """The needs that no eligible service covers: counted as unmet need."""
    covered: frozenset[str] = frozenset()
    for service in services:
        if eligible(service, wanted):
            covered |= service.needs
    return wanted.needs - covered


def with_child_need(wanted: Wanted) -> Wanted | None:
    """The same for a service for children, which need not list the rest; None where that changes nothing or is no way.

    Under 18 only child-certified services may be asked (rule 8), and few of those list what adults ask for.
    """
    if wanted.age_band != UNDER_18 or OF_CHILDREN in wanted.needs or len(wanted.needs) >= MOST_NEEDS:
        return None
    return replace(wanted, needs=wanted.needs | {OF_CHILDREN})


def _age_fits(service: ListedService, wanted: Wanted) -> bool:
    band = wanted.age_band or (UNDER_18 if wanted.child_path else None)
    youngest, oldest = AGE_BANDS[band] if band else (18, 150)
    return (service.minimum_age or 0) <= oldest and (service.maximum_age or 150) >= youngest


def _gender_fits(service: ListedService, gender: str | None) -> bool:
    if gender in _NOT_KNOWN or not (service.genders or service.women_only):
        return True
    return gender in (service.genders or {"woman"}) or (gender == "transgender" and service.trans_inclusive)


def for_women_alone(service: ListedService) -> bool:
    """Whether men are turned away; one with hours or a room for women among others turns nobody away."""
    return service.genders <= {"woman", "transgender"} if service.genders else service.women_only


def serves_every_adult(service: ListedService) -> bool:
    """Whether no adult is turned away for gender or age: then its name tells neither."""
    genders = ("woman", "man", "transgender", "other")
    bands = (band for band in AGE_BANDS if band != UNDER_18)
    return all(_gender_fits(service, gender) for gender in genders) and all(
        _age_fits(service, Wanted(frozenset(), 0, age_band=band)) for band in bands
    )


def whom_alone(service: ListedService) -> str:
    """The code of the people who alone are served where men are turned away, '' where they are not."""
    if not for_women_alone(service):
        return ""
    return "women_and_transgender" if _gender_fits(service, "transgender") else "women_only"


def doubts(service: ListedService, wanted: Wanted) -> tuple[str, ...]:
    """What the listing does not say of what the person would like or needs, as codes: to be told, never to exclude."""
    found = {
        "no_custody_visit": wanted.visit_in_custody and wanted.in_custody and not service.visits_in_custody,
        "no_woman_worker": wanted.woman_worker and not service.female_staff,
        "no_children": wanted.children_with_me and not _admits_children(service),
        "other_language": bool(wanted.language and service.languages) and wanted.language not in service.languages,
        "taking_not_said": not service.accepting,
        "gender_not_said": wanted.gender not in _NOT_KNOWN and not (service.genders or service.women_only),
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
    for_women = bool(_WOMENS_NEEDS & wanted.needs) or wanted.gender == "woman" or wanted.woman_worker
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


def count_open(services: Sequence[ListedService]) -> tuple[int, int]:
    """How many of them take women, and how many children (along, or under 18) now: active, and open or with a list."""
    now = [service for service in services if service.active and service.accepting in {"open", "waiting_list"}]
    women = [service for service in now if _gender_fits(service, "woman")]
    children = [service for service in now if service.child_certified or service.admits_children_up_to is not None]
    return len(women), len(children)
