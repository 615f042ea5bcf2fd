"""Audit log on screen: the logs of the three services, and words for what stands in each of them.

Why: the page is the kit's, these words are the product's; words of one service's acts stand among its own pages.
"""

from collections.abc import Mapping

from setu.text import N_

LOGS: Mapping[str, str] = {
    "referral": N_("Referrals"),
    "directory": N_("Directory and accounts"),
    "notification": N_("Messages"),
}
"""Service → the title of its log, in the order of the tabs."""

ACTION_WORDS: Mapping[str, str] = {
    "access.denied": N_("Asked for a page that is not for this role"),
    "access.not_found": N_("Asked for something that is not there, or another's"),
    "audit.check": N_("Asked for a check of the log"),
    "audit.checked": N_("Check of the log finished"),
    "audit.read": N_("Read the log"),
    "backup.restore": N_("The database was restored from a backup"),
    "parked.discarded": N_("Put a stuck event away for good"),
    "parked.replayed": N_("Let a stuck event be handled again"),
}
"""Action → what it was."""
OBJECT_WORDS: Mapping[str, str] = {
    "account": N_("account"),
    "audit-check": N_("check of the log"),
    "audit-log": N_("log"),
    "backup": N_("backup"),
    "event": N_("event"),
    "organization": N_("organisation"),
}
"""Kind of what an entry is about → its words."""
