"""Read model of the visits that a district's meeting talks of: ahead, over and not answered, asked for, due.

Promises: a reader finds what the page of visits shows, a side its own and a coordinator the district's, and a service
is named as there; nothing is due to a reader who may not see whether it was held. A visit to a provider of another
district is that district's, so an agreement with one makes nothing due here. The same five statements, however many
visits there are.
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from sqlalchemy.orm import Session

from directory_service.partnership.domain.service_name import ServiceName
from directory_service.partnership.domain.visits import AGREED, ASKED, visit_due
from directory_service.partnership.store.meetings import names_of
from directory_service.partnership.store.tables_agreements import Agreement
from directory_service.partnership.store.tables_visits import HostedVisit
from directory_service.partnership.store.visits import (
    last_visits_held,
    names_of_services,
    visits_ahead,
    visits_unanswered,
)
from service_kit.identity import Principal
from setu.roles import PROVIDER_MANAGER, UNIT_SUPERVISOR

_OWN_ALONE = (UNIT_SUPERVISOR, PROVIDER_MANAGER)


@dataclass(frozen=True)
class DueVisit:
    """An agreement whose yearly visit is due. `last_held`: a day in India; None where none was."""

    agreement: Agreement
    last_held: date | None


@dataclass(frozen=True)
class DistrictVisits:
    """A district's visits: the first day first; of those due what never was, then what was longest ago.

    `unanswered`: agreed, their day is over, and nobody said whether they were held.
    `services`: public names of the services; `names`: of both sides; `is_own_side`: of the reader's organisation alone.
    """

    agreed: Sequence[HostedVisit]
    unanswered: Sequence[HostedVisit]
    asked: Sequence[HostedVisit]
    due: Sequence[DueVisit]
    services: Mapping[UUID, ServiceName]
    names: Mapping[UUID, str]
    is_own_side: bool


def list_visits(
    session: Session,
    who: Principal,
    district: int,
    agreements: Sequence[Agreement],
    providers: Collection[UUID],
    *,
    today: date,
    day: date,
) -> DistrictVisits:
    """What lies ahead of today, what was and waits for a word, and what is due on the meeting's day.

    `agreements`: those of the district in force on that day; `providers`: those that sit in it. One for which a visit
    is agreed, or was and waits for a word, stands there, and is not due. Where a renewal has begun the pair stands
    once, with the newer version.
    """
    ahead = visits_ahead(session, who, district, today)
    over = visits_unanswered(session, who, today, district=district)
    agreed = [each for each in ahead if each.state == AGREED]
    by_version = sorted(agreements, key=lambda each: each.number)
    judged = {_pair(each): each for each in by_version if each.provider_id in providers and _is_seen(who, each)}
    held = last_visits_held(session, district, {unit for unit, _ in judged}, {provider for _, provider in judged})
    names = names_of(session, {party for pair in (*map(_pair, (*ahead, *over)), *judged) for party in pair})
    waiting = judged.keys() - {_pair(each) for each in (*agreed, *over)}
    due = [DueVisit(judged[pair], held.get(pair)) for pair in waiting if visit_due(held.get(pair), day)]
    return DistrictVisits(
        agreed=agreed,
        unanswered=over,
        asked=[each for each in ahead if each.state == ASKED],
        due=sorted(due, key=lambda each: _due_place(each, names)),
        services=names_of_services(session, {each.service_id for each in (*ahead, *over)}),
        names=names,
        is_own_side=who.role in _OWN_ALONE,
    )


def _is_seen(who: Principal, agreement: Agreement) -> bool:
    """Whether the reader sees the visits of both parties to each other."""
    return who.role not in _OWN_ALONE or who.organization in _pair(agreement)


def _due_place(due: DueVisit, names: Mapping[UUID, str]) -> tuple[date, Sequence[str], UUID]:
    return due.last_held or date.min, [names[party] for party in _pair(due.agreement)], due.agreement.id


def _pair(row: Agreement | HostedVisit) -> tuple[UUID, UUID]:
    return row.unit_id, row.provider_id
