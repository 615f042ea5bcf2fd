"""What a provider's manager reads once something is saved: whether it is public depends on how the provider stands."""

from uuid import UUID

from sqlalchemy.orm import Session

from directory_service.organizations.domain.standing import ACTIVE, PENDING
from directory_service.organizations.store.tables import Organization
from service_kit.web.html.i18n import gettext as _


def saved_words(session: Session, organization: UUID) -> str:
    """The sentence for what went in at once."""
    status = session.get_one(Organization, organization).status
    if status == PENDING:
        return _("Saved. It becomes public when your organisation is let in.")
    return (
        _("Saved. It is public now.") if status == ACTIVE else _("Saved. Nobody finds it as your organisation stands.")
    )
