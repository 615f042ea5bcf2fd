"""Read model of who works with whom in a district: units, providers, agreements, and where nobody is within reach."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from directory_service.organizations.store.tables import District
from directory_service.partnership.domain.agreements import (
    IN_FORCE,
    SIDES,
    needs_talk,
    review_is_due,
    shown_state,
    state_on,
)
from directory_service.partnership.domain.focal_points import FOCAL_POINTS
from directory_service.partnership.domain.table_of_meeting import AGREEING_KINDS
from directory_service.partnership.store.agreements import (
    agreements_of,
    ended_agreements_of,
    own_agreements_in,
    own_elsewhere,
)
from directory_service.partnership.store.agreements_in_force import resting_of
from directory_service.partnership.store.focal_points import focal_points_of
from directory_service.partnership.store.handovers import open_handovers
from directory_service.partnership.store.meetings import Partner, names_of, partners_of
from directory_service.partnership.store.providers import (
    districts_of_organizations,
    is_served,
    providers_at_work,
    providers_serving,
)
from directory_service.partnership.store.tables_agreements import Agreement, FocalPoint, Handover
from service_kit.identity import Principal
from setu.roles import COORDINATOR, PROVIDER


@dataclass(frozen=True)
class Tie:
    """One agreement on a day: its state, how many focal points each side still has to name, its open handovers.

    `review_due`: both sides have to look at it again by then.
    """

    agreement: Agreement
    state: str
    missing: Mapping[str, int]
    handovers: Sequence[Handover]
    review_due: bool

    @property
    def needs_talk(self) -> bool:
        """Whether it comes onto a meeting's agenda by itself."""
        is_incomplete = any(self.missing.values()) or bool(self.handovers)
        return needs_talk(self.state, review_due=self.review_due, is_incomplete=is_incomplete)


@dataclass(frozen=True)
class DistrictPartners:
    """A district. `alone`: units without an agreement in force; `is_served`: some service serves the district."""

    district: District
    units: Sequence[Partner]
    providers: Sequence[Partner]
    ties: Sequence[Tie]
    alone: frozenset[UUID]
    is_served: bool
    names: Mapping[UUID, str]


@dataclass(frozen=True)
class EndedAgreements:
    """Agreements that were in force and ended, the last first; `names`: of both sides."""

    agreements: Sequence[Agreement]
    names: Mapping[UUID, str]


@dataclass(frozen=True)
class TiesElsewhere:
    """Agreements of the own organisation in other districts; `names`: of both sides."""

    ties: Sequence[Tie]
    names: Mapping[UUID, str]


@dataclass(frozen=True)
class ProviderChoice:
    """A provider to agree with, told from another of the same name by its district, where that is known."""

    id: UUID
    name: str
    district: District | None


def show_partners(session: Session, who: Principal, today: date) -> Sequence[DistrictPartners]:
    """The caller's districts, by name."""
    rows = session.scalars(select(District).where(District.code.in_(who.districts)).order_by(District.name)).all()
    return [_district(session, row, today) for row in rows]


def providers_to_choose(
    session: Session, who: Principal, districts: Sequence[DistrictPartners]
) -> Sequence[ProviderChoice]:
    """With whom a coordinator may draft: those of the own districts, and those elsewhere that serve one of them.

    A provider that is suspended or closing stands in the drawing by its agreement, and is not offered.
    """
    drawn = {each.id: each.name for one in districts for each in one.providers}
    at_work = providers_at_work(session, drawn)
    names = {each: name for each, name in drawn.items() if each in at_work}
    if who.role == COORDINATOR and who.districts:
        names |= {each.id: each.name for each in providers_serving(session, who.districts)}
    places = districts_of_organizations(session, names)
    return [ProviderChoice(each, name, places.get(each)) for each, name in names.items()]


def ties_of(session: Session, districts: Sequence[int], today: date) -> Sequence[Tie]:
    """The agreements of districts that did not end, as they stand on a day."""
    return _as_they_stand(session, agreements_of(session, districts), today)


def own_ties_in(session: Session, who: Principal, district: int, today: date) -> Sequence[Tie]:
    """The agreements of the caller's organisation in a district that did not end, as they stand on a day."""
    return _as_they_stand(session, own_agreements_in(session, who.organization, district), today)


def show_ties_elsewhere(session: Session, who: Principal, today: date) -> TiesElsewhere:
    """What the caller's organisation has agreed on in other districts than the caller's."""
    ties = _as_they_stand(session, own_elsewhere(session, who), today)
    parties = {party for tie in ties for party in (tie.agreement.unit_id, tie.agreement.provider_id)}
    return TiesElsewhere(ties, names_of(session, parties))


def show_ended(session: Session, who: Principal) -> EndedAgreements:
    """What ended in the caller's districts, and of the caller's organisation wherever it was."""
    ended = ended_agreements_of(session, who.districts, who)
    return EndedAgreements(
        ended, names_of(session, {party for one in ended for party in (one.unit_id, one.provider_id)})
    )


def _as_they_stand(session: Session, rows: Sequence[Agreement], today: date) -> list[Tie]:
    ids = [row.id for row in rows]
    points, handovers = focal_points_of(session, ids), open_handovers(session, ids)
    resting = resting_of(session, ids)
    return [
        Tie(
            agreement=row,
            state=shown_state(row.state, row.terms, today, rests=row.id in resting),
            missing=_missing([point for point in points if point.agreement_id == row.id]),
            handovers=[each for each in handovers if each.agreement_id == row.id],
            review_due=review_is_due(
                state_on(row.state, row.terms, today), row.review_on, today, closed=row.review_closed
            ),
        )
        for row in rows
    ]


def _district(session: Session, district: District, today: date) -> DistrictPartners:
    ties, partners = ties_of(session, [district.code], today), partners_of(session, district.code)
    tied = {tie.agreement.unit_id for tie in ties if tie.state in IN_FORCE}
    parties = {party for tie in ties for party in (tie.agreement.unit_id, tie.agreement.provider_id)}
    names = names_of(session, parties) | {each.id: each.name for each in partners}
    units = [each for each in partners if each.kind in AGREEING_KINDS]
    providers = [each for each in partners if each.kind == PROVIDER]
    known = {each.id for each in (*units, *providers)}
    guests = [party for party in sorted(parties - known) if party in {tie.agreement.provider_id for tie in ties}]
    return DistrictPartners(
        district=district,
        units=units,
        providers=[*providers, *(Partner(party, names[party], PROVIDER) for party in guests)],
        ties=ties,
        alone=frozenset(each.id for each in units) - tied,
        is_served=is_served(session, district.code),
        names=names,
    )


def _missing(points: Sequence[FocalPoint]) -> dict[str, int]:
    return {side: max(0, FOCAL_POINTS - sum(point.side == side for point in points)) for side in SIDES}
