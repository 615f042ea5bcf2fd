"""Event handlers: event type → one function, for the directory's events.

Snapshots are applied only if newer, so a republished or repeated event changes nothing.
"""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from sqlalchemy.orm import Session

from referral_service.store.data_officers import put_data_officer
from referral_service.store.directory import put_organization, put_service, put_services
from referral_service.store.expired_rows import clear_account_history
from referral_service.store.team_members import put_team_member
from service_kit.db.revocation import on_session_revoked
from service_kit.db.session_heartbeat import heartbeat_handler
from service_kit.envelope import Event
from service_kit.messaging.consumer import BatchHandler, Handler
from setu.events import SESSION_EVENTS


def on_organization_changed(session: Session, event: Event) -> None:
    """`directory.organization.changed.v1`: a whole snapshot."""
    put_organization(session, event.data, event.time)


def on_service_changed(session: Session, event: Event) -> None:
    """`directory.service.changed.v1`: a whole snapshot."""
    put_service(session, event.data)


def on_services_changed(session: Session, events: Sequence[Event]) -> None:
    """The same for neighbours in a batch: while the directory is published again, services come by the thousand."""
    put_services(session, [event.data for event in events])


def on_team_changed(session: Session, event: Event) -> None:
    """`directory.team.changed.v1`: a whole snapshot of a case worker's membership."""
    put_team_member(session, event.data)


def on_data_officer_changed(session: Session, event: Event) -> None:
    """`directory.dataofficer.changed.v1`: a whole snapshot of a data officer's membership."""
    put_data_officer(session, event.data)


def on_account_reset(session: Session, event: Event) -> None:
    """`directory.account.reset.v1`: whoever signs in next must not see what was sent before."""
    at = datetime.fromisoformat(str(event.data["at"]))
    clear_account_history(session, UUID(str(event.data["account_id"])), at)


HANDLERS: dict[str, Handler] = {
    "directory.organization.changed.v1": on_organization_changed,
    "directory.service.changed.v1": on_service_changed,
    "directory.team.changed.v1": on_team_changed,
    "directory.dataofficer.changed.v1": on_data_officer_changed,
    "directory.account.reset.v1": on_account_reset,
    SESSION_EVENTS.revoked: on_session_revoked,
    SESSION_EVENTS.heartbeat: heartbeat_handler(SESSION_EVENTS),
}
TOGETHER: dict[str, BatchHandler] = {"directory.service.changed.v1": on_services_changed}
