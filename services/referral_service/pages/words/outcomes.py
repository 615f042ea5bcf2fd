"""Words for why an act was done, and what came of it."""

from service_kit.translations import N_

DECLINE_REASON = {
    "no_capacity": N_("No free place now"),
    "not_right_service": N_("Not the right service for this need"),
    "outside_area": N_("Outside the area served"),
}
WITHDRAW_REASON = {
    "mistake": N_("It was a mistake"),
    "duplicate": N_("It was sent twice"),
    "person_asked": N_("The person asked me to"),
    "other": N_("Another reason"),
}
HOLD_REASON = {
    "travelling": N_("Travelling"),
    "in_custody": N_("In custody"),
    "ill": N_("Ill"),
    "waiting_list": N_("On the waiting list"),
    "other": N_("Another reason"),
}
OUTCOME = {
    "engaged": N_("In contact with the service"),
    "referred_on": N_("Referred on to another service"),
    "other": N_("Another outcome"),
}
FAIL_REASON = {
    "not_reachable": N_("Could not be reached"),
    "person_declined": N_("The person said no"),
    "moved": N_("Moved away"),
    "died": N_("Died"),
    "other": N_("Another reason"),
}
CONTACT_RESULT = {
    "met": N_("Met in person"),
    "reached": N_("Reached by phone or message"),
    "no_answer": N_("No answer"),
    "wrong_contact": N_("Wrong contact"),
    "message_left": N_("Message left"),
}
VOID_REASON = {
    "mistake": N_("Made by mistake"),
    "duplicate": N_("Sent twice"),
    "test": N_("It was a test"),
    "other": N_("Another reason"),
}
SETTLE_REASON = {
    "nothing_to_do": N_("Nothing can be done"),
    "called_the_service": N_("I called the service"),
    "no_service_exists": N_("No such service exists here"),
}
