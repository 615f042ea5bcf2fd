"""`/log`: the audit log of the referrals, for data officers.

A reference finds its referral only while two people have opened a request at the desk that names it: else whoever
knows one would read a person's course by it.
"""

from datetime import datetime

from sqlalchemy.orm import Session

from referral_service.pages.words.log import LOG_ACTION, LOG_OBJECT
from referral_service.use_cases.dependencies import Dependencies
from referral_service.use_cases.desk.find_in_log import find_in_log
from service_kit.identity import Principal
from service_kit.web.audit_pages import AuditLogPages, FoundObject, audit_pages
from service_kit.web.context import dependency
from setu.log_words import LOGS
from setu.roles import DATA_OFFICER


def _find(session: Session, who: Principal, typed: str, _now: datetime) -> FoundObject | None:
    found = find_in_log(session, who, typed, dependency(Dependencies))
    return None if found is None else FoundObject(found.id, found.request_number)


blueprint = audit_pages(AuditLogPages(DATA_OFFICER, LOGS, LOG_ACTION, LOG_OBJECT, find_object=_find))
