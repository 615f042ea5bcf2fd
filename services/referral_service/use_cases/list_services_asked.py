"""List the services that were asked so far in one chain, for its coordinator: named where the name tells nothing.

Why: whoever looks for another service must know who declined and why, and must not learn need or person (rule 6).
When not to use it: for a provider, which knows its own records only; for other referrals of the same person
(`store/possibly_same_as.py`).
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from uuid import UUID

from sqlalchemy.orm import Session

from referral_service.domain.forward_choice import name_tells_nothing
from referral_service.domain.listed_service import ListedService
from referral_service.domain.task_view import TaskView
from referral_service.store.directory import listed_by_id
from referral_service.store.tasks import tasks_of_chain
from service_kit.identity import Principal


@dataclass(frozen=True)
class ServiceAsked:
    """One record of the chain, and the service that has it; None where it is not named."""

    task: TaskView
    service: ListedService | None


def list_services_asked(session: Session, who: Principal, task: TaskView) -> Sequence[ServiceAsked]:
    """The records up to this one, the first one first."""
    chain = [
        record for record in tasks_of_chain(session, who, task.root_id) if record.submitted_at <= task.submitted_at
    ]
    listed = listed_by_id(session, [key for record in chain if (key := _service_of(record))])
    return [ServiceAsked(record, _named(record, listed)) for record in chain]


def _service_of(record: TaskView) -> UUID | None:
    """The holder's service, or that of the only candidate."""
    if record.service_id is None and len(record.candidate_services) == 1:
        return record.candidate_services[0]
    return record.service_id


def _named(record: TaskView, listed: Mapping[UUID, ListedService]) -> ListedService | None:
    key = _service_of(record)
    service = listed.get(key) if key else None
    if service is None or record.unnamed:
        return None
    coordinator_chose = record.forwarded_from is not None
    return service if coordinator_chose or name_tells_nothing(service) else None
