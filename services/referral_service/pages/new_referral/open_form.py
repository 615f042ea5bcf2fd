"""Snapshot of an open form and of what the directory says of it; a view reads it once and hands it to the steps.

Why: a step that reads the directory by itself opens a transaction that nobody sees who reads the view. Promises: one
transaction a request; the steps below it read nothing. What was picked stays picked: where it does not fit (any more),
`Pick.obstacles` says why, and nobody else is asked in its place without a new consent. When not to use it: to decide
whether a service may be asked when the form is sent; submission reads the directory again.
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Self
from uuid import UUID

from sqlalchemy.orm import Session

from referral_service.domain import person_rules
from referral_service.domain.form_state import FormState
from referral_service.domain.listed_service import ListedService
from referral_service.domain.matching.eligibility import Wanted, obstacles, whom_alone, with_child_need
from referral_service.domain.matching.ranking import Match, doubts, rank
from referral_service.domain.matching_facts import MatchingFacts
from referral_service.store.directory import DirectoryOrganization, find_organization, listed_by_id, listed_in_or_by_id
from referral_service.store.districts import served_districts
from service_kit.identity import Principal

_UUID = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}")


@dataclass(frozen=True)
class Pick:
    """A service that was picked, which needs it covers, and what stands against it now.

    As codes, in the order in which screens say them.
    """

    service: ListedService
    covers: tuple[str, ...]
    obstacles: tuple[str, ...]
    doubts: tuple[str, ...]


@dataclass(frozen=True)
class OpenForm:
    """Who fills it in, what was answered so far, and the directory's listings of what it may name.

    `unit` and `served` (districts that have a provider) are there for the first step alone, `in_district` for choice
    and review: the services that serve the district; `page_mark` is there where a page is shown.
    """

    who: Principal
    state: FormState
    unit: DirectoryOrganization | None = None
    served: Sequence[int] = ()
    in_district: Sequence[ListedService] = ()
    picked: Mapping[UUID, ListedService] = field(default_factory=dict)
    page_mark: str = ""

    @property
    def districts(self) -> set[int]:
        """Where help may be wanted (LGD codes): wherever there is a provider, and the unit's own."""
        at = self.unit.district if self.unit is not None else None
        return {*self.served, *self.who.districts, *([at] if at is not None else [])}

    def settled(self) -> Self:
        """The choice opens again where nobody who was picked can take this; the consent where it did not name all."""
        if "place" not in self.state.done or not self.state.values("who"):
            return self
        return replace(self, state=self.state.settled(self.fitting_ids()))

    @property
    def wanted(self) -> Wanted:
        """What was asked for, and what is known of the person by now: the child path stays once it was entered.

        What was typed about the person may not have been judged yet, so an unknown code counts as nothing said.
        """
        state = self.state
        age_band, gender = state.one("person", "age_band"), state.one("person", "gender")
        facts = MatchingFacts.of_answers(
            gender=gender if gender in person_rules.GENDERS else None,
            age_band=age_band if age_band in person_rules.AGE_BANDS else None,
            language=state.one("person", "language") or None,
            preferences=state.many("person", "preferences"),
            contact_method=state.one("person", "method"),
            urgent=state.many("person", "urgent"),
        )
        return facts.wanted(state.needs, state.district, state.setting)

    def matches(self, now: datetime) -> Sequence[Match]:
        """The services of the district that fit now, best first."""
        return rank(self.in_district, self.wanted, now)

    def finds_nobody(self, now: datetime) -> bool:
        """Whether nobody in the district takes on any of this, whoever the person is: nothing is known of one yet."""
        return not self.state.values("person") and not self.matches(now)

    def picks(self) -> list[Pick]:
        """What was picked, in the order in which it was named; a service that is not listed any more is left out."""
        listed = {str(service.id): service for service in (*self.in_district, *self.picked.values())}
        wanted = self.wanted
        return [_pick(listed[picked], wanted) for picked in self.state.picked if picked in listed]

    def fitting(self) -> list[ListedService]:
        """The services that will be asked: of what was picked, all that can take it."""
        return [pick.service for pick in self.picks() if not pick.obstacles]

    def fitting_ids(self) -> list[str]:
        """The same by their ids."""
        return [str(service.id) for service in self.fitting()]

    def left_out(self) -> list[str]:
        """The needs for which nobody is asked: what none of those offers that will be asked."""
        covered = {need for pick in self.picks() if not pick.obstacles for need in pick.covers}
        return [need for need in self.state.needs if need not in covered]

    def misfits(self) -> list[Pick]:
        """The services of the district that offer some of this help and cannot be asked, with what is against them."""
        picked, wanted = self.state.picked, self.wanted
        picks = (_pick(service, wanted) for service in self.in_district if str(service.id) not in picked)
        return sorted((pick for pick in picks if pick.obstacles and pick.covers), key=lambda pick: pick.service.name)

    def better_suited(self, now: datetime) -> int:
        """How many services of the district promise all that the person would like, where none that is asked does."""
        if any(not pick.doubts for pick in self.picks() if not pick.obstacles):
            return 0
        wanted = self.wanted
        return sum(not doubts(match.service, wanted) for match in self.matches(now))

    def child_need_helps(self, now: datetime) -> bool:
        """Whether somebody under 18 can be helped here by a children's service that does not list what was asked."""
        wider = with_child_need(self.wanted)
        return wider is not None and bool(rank(self.in_district, wider, now))


def read_form(session: Session, who: Principal, state: FormState, step: str) -> OpenForm:
    """The form with what this step, and the choice made before, need of the directory."""
    unit = find_organization(session, who.organization) if step == "place" else None
    served = served_districts(session) if step == "place" else ()
    at_choice = step in {"who", "review"} and "place" in state.done
    ids = _picked_ids(state)
    if not at_choice:
        return OpenForm(who, state, unit, served, (), listed_by_id(session, ids) if ids else {})
    district = state.district
    listed = listed_in_or_by_id(session, district, ids)
    in_district = [service for service in listed if district in service.districts]
    picked = {service.id: service for service in listed if service.id in ids}
    return OpenForm(who, state, unit, served, in_district, picked)


def _picked_ids(state: FormState) -> list[UUID]:
    return [UUID(service) for service in state.picked if _UUID.fullmatch(service)]


def _pick(service: ListedService, wanted: Wanted) -> Pick:
    against = obstacles(service, wanted)
    if "other_gender" in against and whom_alone(service):
        against = against - {"other_gender"} | {whom_alone(service)}
    covers = tuple(sorted(service.needs & wanted.needs))
    return Pick(service, covers, tuple(sorted(against)), doubts(service, wanted))
