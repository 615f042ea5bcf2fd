"""Eligibility: which listed services may receive a referral, the hard conditions, and which needs nobody covers then.

Why: the form offers what fits by this rule; submission checks it again on the server. Promises: pure; never depends on
the clock. What a listing does not say excludes nothing, but that children are taken and that the prison lets it in must
be said. Nothing here reads free text or co-ordinates. When not to use it: for the order and the reasons (`ranking.py`),
or to judge a person: it looks at listings and at the help that was asked for. What a search of the directory leaves
out: `directory_service/finding/store/search/query.py`.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

from referral_service.domain.child_path import OF_CHILDREN, UNDER_18, is_child_path
from referral_service.domain.listed_service import ListedService
from referral_service.domain.person_rules import AGE_BANDS
from setu.needs import MOST_NEEDS

NOT_KNOWN = frozenset({None, "not_said"})
"""Of a gender."""
TAKING = {"open": 0, "waiting_list": 1, "": 2}
"""Where a service may be asked, in this order; what nobody said excludes nothing, and comes behind what is said."""
WOMENS_NEEDS = frozenset({"WOMEN", "MATERNAL"})


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
        return self.gender not in NOT_KNOWN or bool(WOMENS_NEEDS & self.needs)

    @property
    def in_custody(self) -> bool:
        """Whether the person is held, at a station, a court or a prison, and is met there if at all."""
        return self.setting != "street"


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
    if gender in NOT_KNOWN or not (service.genders or service.women_only):
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


def count_open(services: Sequence[ListedService]) -> tuple[int, int]:
    """How many of them take women, and how many children (along, or under 18) now: active, and open or with a list."""
    now = [service for service in services if service.active and service.accepting in {"open", "waiting_list"}]
    women = [service for service in now if _gender_fits(service, "woman")]
    children = [service for service in now if service.child_certified or service.admits_children_up_to is not None]
    return len(women), len(children)
