"""Display texts of webhooks: one table for each code, read by both screens."""

from collections.abc import Mapping

from notification_service.domain.webhook_types import KIND_OF, ORGANIZATION_CHANGED, SERVICE_CHANGED, TEST
from notification_service.pages.notice_words import KINDS
from notification_service.use_cases.check_endpoint_wish import FAULTS
from service_kit.translations import N_

TYPES: Mapping[str, str] = {
    SERVICE_CHANGED: N_("A service in the public directory changed"),
    ORGANIZATION_CHANGED: N_("A provider in the public directory changed"),
    TEST: N_("Test"),
    **{kind: KINDS[word] for kind, word in KIND_OF.items()},
}
"""Type of event → what it is about; of a referral as the team's notices say it."""

# state of an endpoint or the reason why it is disabled → words, tone of the tag
ENDPOINT_STATES = {
    "enabled": (N_("On"), "green"),
    "by_hand": (N_("Off"), "quiet"),
    "gone": (N_("Off: it asked for no more"), "red"),
    "failing": (N_("Off: it took nothing for five days"), "red"),
}
MESSAGE_STATES = {
    "waiting": (N_("Waiting"), "amber"),
    "sending": (N_("Being sent"), "amber"),
    "taken": (N_("Taken"), "green"),
    "failed": (N_("Failed"), "red"),
}

# one of the few words that an attempt, or a message without one, can end with → what that means and what helps
ERRORS: Mapping[str, str] = {
    **FAULTS,
    "no_answer": N_("No answer came within ten seconds. Answer first, work afterwards."),
    "unreachable": N_("No safe connection could be made: nobody listens there, or its certificate does not fit."),
    "broken_off": N_("The connection broke off before an answer came."),
    "cut_off": N_("The process ended at every try; an operator has to look."),
    "trial": N_("This is a trial, and the endpoint is not one of the named test addresses: it was not sent."),
    "disabled": N_("The endpoint was off. Turn it on, then send again."),
    "unsubscribed": N_("The endpoint was changed meanwhile and is not told of this any more."),
    "stopped": N_("The referral has ended, or the person asks for no contact: nothing more is sent of it."),
}
