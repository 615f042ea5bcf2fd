"""Words for where a referral stands: to its sender, to the team, on the coordinator's list."""

from service_kit.translations import N_

STATE = {
    "sent": N_("Sent"),
    "opened": N_("Opened by the service"),
    "accepted": N_("Accepted"),
    "not_taken": N_("Not taken"),
    "not_answered": N_("Not answered"),
    "withdrawn": N_("Withdrawn by you"),
    "withdrawn_by_sender": N_("Withdrawn by the sender"),
}
STATE_MEANS = {
    "sent": N_("The service has been told. It has not looked at it yet."),
    "opened": N_("The service is looking at it."),
    "accepted": N_("The service takes it from here. You will not hear more, and that is as it should be."),
    "not_taken": N_("The service cannot take it."),
    "not_answered": N_("The service did not answer in time."),
    "withdrawn": N_("You took it back. The service was told."),
    "withdrawn_by_sender": N_("The colleague who sent it took it back. The service was told."),
}
STATE_MEANS_SEVERAL = STATE_MEANS | {
    "sent": N_("The services have been told. None of them has looked at it yet."),
    "opened": N_("One of the services is looking at it."),
    "accepted": N_("One of the services takes it from here. You will not hear more, and that is as it should be."),
    "not_taken": N_("None of the services can take it."),
    "not_answered": N_("None of the services took it in time."),
    "withdrawn": N_("You took it back. The services were told."),
    "withdrawn_by_sender": N_("The colleague who sent it took it back. The services were told."),
}
"""The same where several services were asked. Whether the coordinator has it then: `WHAT_FOLLOWS`."""
WHAT_FOLLOWS = {
    "coordinator_looks": N_("The person agreed that another service may be asked: the coordinator looks for one."),
    "coordinator_has_it": N_("The coordinator has it."),
    "nothing_more": N_("There is nothing more for you to do. The person has the card."),
}
"""Beside those of a referral that nobody took; which is said: `what_follows` of `domain/sent_referral.py`."""
STATUS = {
    "requested": N_("New"),
    "received": N_("Opened"),
    "accepted": N_("Accepted"),
    "in-progress": N_("In progress"),
    "on-hold": N_("On hold"),
    "completed": N_("Completed"),
    "failed": N_("Not completed"),
    "rejected": N_("Declined"),
    "cancelled": N_("Closed"),
    "entered-in-error": N_("Closed"),
}
HAND = {
    "told_to_state": N_("Under 18, and nobody has taken it on for a day"),
    "asked_for": N_("Asked for by a case worker"),
    "may_be_forwarded": N_("Declined or not answered, may be forwarded"),
    "left_behind": N_("With a provider that is closing or closed"),
    "undecided": N_("Opened and not decided"),
    "ran_out": N_("Ended without an answer, may not be forwarded"),
    "unanswered": N_("Late, still open"),
}
