"""Audit log on screen: the logs of the three services, and words for what stands in them most.

Why: the page is the kit's, these words are the product's. An action without words is shown as its code.
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
    "absence.given_back": N_("Stands in for a colleague no longer"),
    "absence.taken_up": N_("Stands in for a colleague who is away"),
    "audit.check": N_("Asked for a check of the log"),
    "audit.checked": N_("Check of the log finished"),
    "audit.read": N_("Read the log"),
    "parked.replayed": N_("Let a stuck event be handled again"),
    "referral.fit.read": N_("Let Setu look which services fit"),
    "referral.identity.read": N_("Looked at who the person is"),
    "referral.notes.read": N_("Looked at case notes"),
    "referral.sent.list": N_("Looked at a list of the prison's health staff"),
    "referral.sent.read": N_("Looked at a referral of the prison's health staff"),
    "session.end": N_("Signed out"),
    "session.second-factor": N_("Entered a code again"),
    "session.start": N_("Signed in"),
    "session.switch": N_("Changed role"),
}
"""Action → what it was."""
