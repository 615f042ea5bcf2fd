"""`/log`: the audit log of the referrals, for data officers; a referral is also found by its reference."""

from datetime import datetime
from uuid import UUID

from sqlalchemy.orm import Session

from referral_service.outside.codes import BadCode, normalise
from referral_service.outside.codes import show as grouped
from referral_service.store.tasks import find_by_reference
from service_kit.identity import Principal
from service_kit.web.audit_pages import AuditLogPages, audit_pages
from setu.audit_log import ACTION_WORDS, LOGS
from setu.roles import DATA_OFFICER


def _find(session: Session, who: Principal, typed: str, now: datetime) -> UUID | None:
    """The referral of the own districts that has this reference, while its record is shown to anybody."""
    try:
        reference = grouped(normalise(typed))
    except BadCode:
        return None
    return find_by_reference(session, who, reference, now)


blueprint = audit_pages(AuditLogPages(DATA_OFFICER, LOGS, ACTION_WORDS, find_object=_find))
