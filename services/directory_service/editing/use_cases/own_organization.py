"""Editable organisation: what a provider says of itself. Its standing, kind and district stay."""

from dataclasses import replace
from datetime import datetime
from uuid import UUID

from sqlalchemy.orm import Session

from directory_service.editing.use_cases.editable import (
    Editable,
    Json,
    NotThere,
    OwnResource,
    ProposedChange,
    lock_provider,
    tag_of,
    waiting_for,
    with_waiting,
)
from directory_service.listings.domain import records
from directory_service.listings.domain.fields import ORGANIZATION_FIELDS
from directory_service.listings.use_cases.save_listing import fill_organization
from directory_service.organizations.domain.folded_name import has_foreign_letters
from directory_service.organizations.store.namesakes import has_namesake
from directory_service.organizations.store.state_locks import lock_state_of
from directory_service.organizations.store.tables import Organization

OwnOrganization = OwnResource[records.Organization]


class NameTaken(Exception):
    """Another provider of the state has the name."""


class NameInForeignLetters(Exception):
    """A letter of the name is Greek or Cyrillic."""


class EditableOrganizations(Editable[records.Organization]):
    """A provider neither makes nor removes itself."""

    resource_type = "organization"
    audited_as, created_as = "organization", "organization"
    table = Organization
    fields = ORGANIZATION_FIELDS

    def lock(self, session: Session, organization: UUID) -> Organization:
        """The state first, as the registry does, so that two do not take one name at the same time."""
        lock_state_of(session, organization)
        return super().lock(session, organization)

    def load(self, session: Session, organization: UUID, resource: UUID) -> OwnOrganization:
        """The provider itself is its only one."""
        if resource != organization:
            raise NotThere(str(resource))
        return own_organization(session, organization)

    def judged(self, row: Organization) -> tuple[Json, object]:
        """The version that the public sees."""
        return row.record, row.version

    def owned(self, owner: Organization, record: records.Organization) -> records.Organization:
        """Kind, standing and district stay."""
        kind, district, sample = owner.kind, owner.district_code, self.read(owner.record).sample
        return replace(record, id=owner.id, kind=kind, district=district, status=owner.status, sample=sample)

    def check(self, change: ProposedChange[records.Organization]) -> None:
        """Raises NameTaken, NameInForeignLetters; also of a name that waits, which nobody reserves."""
        if "name" in change.names:
            _check_name(change.session, change.owner, change.record.name)

    def store(self, session: Session, owner: Organization, record: records.Organization, now: datetime) -> None:
        """Its row is `owner`. Raises NameTaken, NameInForeignLetters: what waited may not be free any more."""
        _check_name(session, owner, record.name)
        fill_organization(session, owner, record, now, owner.source)


ORGANIZATIONS = EditableOrganizations()


def _check_name(session: Session, owner: Organization, name: str) -> None:
    if name == owner.name:
        return
    if has_foreign_letters(name):
        raise NameInForeignLetters("Write the name without Greek or Cyrillic letters, which look like others.")
    if has_namesake(session, owner.id, owner.district_code, name):
        raise NameTaken("Another provider of this state has this name, or one that looks like it.")


def own_organization(session: Session, organization: UUID) -> OwnOrganization:
    """The provider itself, locked. Raises NotThere."""
    row = lock_provider(session, organization)
    request = waiting_for(session, [row.id], "organization").get(row.id)
    record = ORGANIZATION_FIELDS.load(with_waiting(row.record, request))
    return OwnOrganization(row.id, row.record, row.record, record, tag_of(row.version, request), request)
