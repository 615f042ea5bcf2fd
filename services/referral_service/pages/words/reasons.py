"""Words for why a task stands as it does: of the one `reason` column, read by the status that wrote it.

Promises: no code is shown as it is; empty where no reason was given. When not to use it: for what a referrer sees.
"""

from collections.abc import Mapping

from referral_service.domain.status import NO_RESPONSE, Status
from referral_service.domain.task_view import TaskView
from referral_service.pages.words import TABLES, say
from service_kit.web.html.i18n import gettext as _

TABLE_OF: Mapping[Status, str] = {
    Status.REJECTED: "DECLINE_REASON",
    Status.ON_HOLD: "HOLD_REASON",
    Status.FAILED: "FAIL_REASON",
    Status.CANCELLED: "WITHDRAW_REASON",
}
"""The service's own status → the table of the codes that lead to it."""
OTHERWISE = "VOID_REASON"
"""Voiding writes a reason too, whatever the status is."""


def reason_words(task: TaskView) -> str:
    """In the reader's language."""
    if task.reason is None:
        return ""
    if task.reason == NO_RESPONSE:
        return _("Nobody answered in time; the coordinator has it.")
    table = TABLE_OF.get(task.status, OTHERWISE)
    return say(table if task.reason in TABLES[table] else OTHERWISE, task.reason)
