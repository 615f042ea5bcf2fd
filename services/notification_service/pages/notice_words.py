"""Display texts for the codes of the API: one table for each code, read by both screens."""

from datetime import datetime
from uuid import UUID

from notification_service.domain.notices import is_meeting_off
from service_kit.translations import N_

# kind → what happened, as the first line of a notice
KINDS = {
    "new": N_("New referral"),
    "reminder": N_("Still waiting for you"),
    "escalation": N_("Still without an answer"),
    "state_escalation": N_("A day has passed, and no service has taken it on"),
    "expired": N_("Ended without an answer"),
    "decision": N_("Opened, and waiting for a decision"),
    "review": N_("Please look at it again"),
    "contact": N_("The first contact is due"),
    "do_not_contact": N_("Closed: do not contact the person"),
    "changed": N_("Something about it has changed: please look"),
    "void": N_("A case worker says that it was a mistake"),
    "answer": N_("Your question was answered"),
    "forward": N_("Another service is asked for"),
    "call_asked": N_("A call is asked for: please look"),
    "urgent_voice": N_("Somebody in your state says that they were asked for money or sex"),
    "desk_waiting": N_("A request at your desk waits for a decision"),
    "contact_opened": N_("The state's data officers have opened the contact"),
    "order": N_("Cards are ordered"),
    "withdrawn": N_("Closed: nothing more to do"),
    "question": N_("The service has a question for you"),
    "appointment": N_("There is something new about it: please look"),
    "accepted": N_("The service has accepted"),
    "not_taken": N_("The service could not take this one"),
    "not_answered": N_("The service has not answered in time"),
    "confirm": N_("Please look at your listings: are they still right?"),
    "provider_pending": N_("An organisation waits to be let in: see who may do it"),
    "provider_approved": N_("An organisation was let into the directory"),
    "approve": N_("A new provider asks for a change"),
    "nobody_home": N_("Nobody there can take a referral yet: a case worker has to sign in first"),
    "decided": N_("The coordinator has decided about your change"),
    "meeting": N_("A district meeting: see when and where"),
    "meeting_moved": N_("A district meeting was moved: see when and where"),
    "action": N_("Something is due"),
    "agreement": N_("An agreement needs a look"),
    "training": N_("Training is due in your district"),
    "visit_asked": N_("A unit asks to visit your service: please answer"),
    "visit_agreed": N_("Your visit to a service is agreed"),
    "visit_declined": N_("Your visit to a service is declined"),
    "visit_off": N_("A visit to a service is called off"),
    "board_answer": N_("There is an answer for you"),
    "coordination": N_("Something waits for you to take it up"),
    "handover": N_("A focal point is handed over: please look"),
    "webhook_disabled": N_("A webhook endpoint was disabled: see why"),
    "sign_in_reset": N_("Your sign-in was reset. If you did not ask for this, tell a data officer of your state"),
}

MEETING_OFF = N_("A district meeting: the date that you were told is off")
TO_FOCAL_POINTS = {
    "meeting": N_("A district meeting for focal points: ask whoever manages your organisation where it is"),
    "meeting_moved": N_(
        "A district meeting for focal points was moved: ask whoever manages your organisation where it is"
    ),
}
"""Of the same kinds, for readers whose role opens no page of meetings."""


def what_happened(kind: str, due_at: datetime | None, *, opens_meetings: bool = True) -> str:
    """The first line of a notice of this kind, untranslated; `due_at` as the notice has it."""
    if is_meeting_off(kind, due_at):
        return MEETING_OFF
    return KINDS[kind] if opens_meetings else TO_FOCAL_POINTS.get(kind, KINDS[kind])


# state → words, tone of the tag
STATES = {
    "waiting": (N_("Waiting"), "amber"),
    "sending": (N_("Being sent"), "amber"),
    "sent": (N_("Sent"), "green"),
    "delivered": (N_("Arrived"), "green"),
    "failed": (N_("Failed"), "red"),
    "stopped": (N_("Stopped"), "quiet"),
    "suppressed": (N_("Not sent"), "red"),
    "trial": (N_("Held: trial"), "quiet"),
}

CHANNELS = {"mail": N_("Mail"), "sms": N_("SMS")}

# channel → one of the few words that a try can end with → what that means and what helps
_ON_EVERY_CHANNEL = {
    "unexpected": N_("Something went wrong on our side; it stands in the log, and is tried again."),
    "cut_off": N_("The process ended at every try; an operator has to look."),
    "too_late": N_("It was not sent in time to be of use, so it is not sent any more; the notice stands in the list."),
    "contact_closed": N_("The address could not be opened; an operator has to look."),
    "contact_outdated": N_(
        "The address has changed since, and the new one is not known here again yet; an operator has to look."
    ),
    "not_delivered": N_("The provider took it, and could not hand it over."),
    "suppressed": N_(
        "Nothing is sent to this address any more: it sent a message back, or its owner asked us to stop."
        " The notice stands in the list."
    ),
    "trial": N_("This is a trial, and the address is not one of the named test addresses: it was not sent."),
    "channel_closed": N_("Nothing is set up that carries it; an operator has to look."),
}
_MAIL_ERRORS = {
    "bounced": N_("The mailbox sent it back, so nothing more is sent to this address. Correct it under Members."),
    "no_address": N_("No mail address is known for this person. Add one under Members, then send again."),
    "bad_address": N_("The mail address cannot be right. Correct it under Members, then send again."),
    "address_refused": N_("The mail server does not know the address. Correct it under Members, then send again."),
    "message_refused": N_("The mail server refuses this message."),
    "try_later": N_("The mail server asked to come back later."),
    "no_answer": N_("The mail server took too long to answer."),
    "unreachable": N_("The mail server could not be reached."),
    "no_encryption": N_("The mail server offers no safe connection; nothing was sent."),
    "sign_in_refused": N_("The mail server did not accept our sign-in; an operator has to look."),
    "sender_refused": N_("The mail server did not accept the sender; an operator has to look."),
}
_SMS_ERRORS = {
    "bounced": N_("The number cannot be reached, so nothing more is sent to it. Correct it under Members."),
    "no_address": N_("No phone number is known for this person. Add one under Members, then send again."),
    "bad_address": N_("The phone number cannot be right. Correct it under Members, then send again."),
    "message_refused": N_("The SMS gateway refuses this message."),
    "try_later": N_("The SMS gateway asked to come back later."),
    "no_answer": N_("The SMS gateway took too long to answer."),
    "unreachable": N_("The SMS gateway could not be reached."),
    "no_encryption": N_("The SMS gateway offers no safe connection; nothing was sent."),
    "sign_in_refused": N_("The SMS gateway did not accept our key; an operator has to look."),
    "not_understood": N_("The SMS gateway's answer was not understood; an operator has to look."),
    "not_registered": N_("This text was not registered, so it may not be sent; an operator has to look."),
}
ERRORS = {"mail": _ON_EVERY_CHANNEL | _MAIL_ERRORS, "sms": _ON_EVERY_CHANNEL | _SMS_ERRORS}

# why a message was stopped before it arrived: one text for `STOPS` and `ENDS_CONTACT` of `domain.stopping`
_STOPPED = N_("The referral was withdrawn or closed first, so there was nothing more to tell.")
_SETTLED = N_("The meeting or visit was called off, moved or answered first, so there was nothing more to tell.")


def why_stopped(matter: UUID | None) -> str:
    """Why a message was stopped before it arrived, untranslated; `matter` as the message has it."""
    return _STOPPED if matter is None else _SETTLED


# outcome of a try → words, tone of the tag
OUTCOMES = {
    "sent": (N_("Taken by the provider"), "green"),
    "temporary": (N_("Not taken, but worth another try"), "amber"),
    "permanent": (N_("Refused"), "red"),
}
