"""Words for codes: what screens say for a setting, a flag, a state or a reason.

Why: codes travel, words are read. Each table maps a code to an English message key; `say` gives it in the reader's
language. Promises: every code that a screen can show is here (a test walks the tables and the catalogues), and no word
of the forbidden list. When not to use it: for the consent text, which is versioned.
"""

from collections.abc import Iterable, Mapping

from referral_service.pages import service_words
from service_kit.translations import N_
from service_kit.web.html.i18n import gettext
from setu.needs import NEEDS

SETTING = {
    "street": N_("On the street"),
    "station": N_("Police station"),
    "court": N_("Court"),
    "prison": N_("Prison"),
}
ANSWER = {"yes": N_("Yes"), "no": N_("No"), "card_only": N_("Only the card")}
YES_NO = {"yes": N_("Yes"), "no": N_("No")}
CHANNEL = {"in_person": N_("In person"), "phone": N_("By phone"), "video": N_("By video")}
METHOD = {
    "phone": N_("Phone call"),
    "message": N_("Message (SMS or chat)"),
    "through_someone": N_("Through someone they trust"),
    "visit_in_custody": N_("A visit in custody"),
    "none": N_("No contact, they will come themselves"),
}
HOURS = {
    "06-09": N_("6 to 9 in the morning"),
    "09-12": N_("9 to 12 in the morning"),
    "12-15": N_("12 to 3 in the afternoon"),
    "15-18": N_("3 to 6 in the afternoon"),
    "18-21": N_("6 to 9 in the evening"),
}
GENDER = {
    "woman": N_("Woman"),
    "man": N_("Man"),
    "transgender": N_("Transgender person"),
    "other": N_("Another gender"),
    "not_said": N_("Rather not say"),
}
AGE_BAND = {
    "under-18": N_("Under 18"),
    "18-24": N_("18 to 24"),
    "25-34": N_("25 to 34"),
    "35-44": N_("35 to 44"),
    "45-59": N_("45 to 59"),
    "60+": N_("60 or older"),
}
AUTHORITY = {"guardian": N_("A parent or guardian"), "cwc": N_("The Child Welfare Committee")}
PREFERENCE = {"woman_worker": N_("Would like a woman worker"), "children_with_me": N_("Brings children along")}
FLAG = {
    "OVERDOSE_RISK": N_("Risk of overdose"),
    "WITHDRAWAL_IN_CUSTODY": N_("Withdrawal in custody: call the medical officer now"),
    "PREGNANT": N_("Says that she is pregnant"),
    "RELEASE_TODAY": N_("Released today"),
    "RELEASE_14_DAYS": N_("Released within 14 days"),
    "ON_OST_NOW": N_("Takes medicine for opioid dependence now"),
}
PRIORITY = {"urgent": N_("Urgent"), "routine": N_("Routine")}
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
    "not_answered": N_("None of the services took it in time. The coordinator has it."),
    "withdrawn": N_("You took it back. The services were told."),
    "withdrawn_by_sender": N_("The colleague who sent it took it back. The services were told."),
}
"""The same where several services were asked."""
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
    "reached": N_("Reached"),
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
HAND = {
    "told_to_state": N_("Under 18, and nobody has taken it on for a day"),
    "asked_for": N_("Asked for by a case worker"),
    "may_be_forwarded": N_("Declined or not answered, may be forwarded"),
    "left_behind": N_("With a provider that is closing or closed"),
    "undecided": N_("Opened and not decided"),
    "unanswered": N_("Not answered"),
}
QUESTION = {
    "contact_still_right": N_("Is the way to reach the person still right?"),
    "visit_possible": N_("Is a visit possible?"),
    "release_date_known": N_("Is the release date known?"),
    "interpreter_needed": N_("Is an interpreter needed?"),
    "medicine_continues": N_("Does the medicine go on for now?"),
}
QUESTION_ANSWER = {
    "yes": N_("Yes"),
    "no": N_("No"),
    "not_known": N_("Not known"),
    "ask_the_person": N_("Please ask the person"),
}
ACTION = {
    "open": N_("Start looking"),
    "claim": N_("Claim it for us"),
    "ask": N_("Ask the prison health staff"),
    "accept": N_("Accept"),
    "decline": N_("Decline"),
    "start": N_("First contact made"),
    "contact": N_("Record a contact attempt"),
    "hold": N_("Put on hold"),
    "resume": N_("Go on"),
    "complete": N_("Complete"),
    "fail": N_("Close: not reached…"),
    "withdraw-consent": N_("The person takes the consent back"),
    "forward": N_("Ask the coordinator for another service"),
    "void": N_("Cancel as mistake"),
    "ask-void": N_("Tell the coordinator that it is a mistake"),
    "note": N_("Write a note"),
    "assign": N_("Assign"),
    "settle": N_("Settle"),
    "release": N_("Change the release or transfer"),
}
HAPPENED = {
    "submit": N_("Sent to you"),
    "open": N_("Opened"),
    "claim": N_("Claimed"),
    "ask": N_("Question asked"),
    "answer": N_("Question answered"),
    "accept": N_("Accepted"),
    "decline": N_("Declined"),
    "start": N_("First contact made"),
    "contact": N_("Contact attempt"),
    "hold": N_("Put on hold"),
    "resume": N_("Gone on"),
    "complete": N_("Completed"),
    "fail": N_("Closed before it was done"),
    "withdraw": N_("Withdrawn by the sender"),
    "withdraw-consent": N_("Consent taken back"),
    "expire": N_("Ran out without an answer"),
    "void": N_("Cancelled as a mistake"),
    "ask-void": N_("The coordinator was told that it is a mistake"),
    "forward": N_("Forwarding asked for"),
    "note": N_("Note written"),
    "assign": N_("Assigned"),
    "settle": N_("Settled by the coordinator"),
    "release": N_("Release or transfer changed"),
}
FIELD = {
    "reason": N_("Why?"),
    "outcome": N_("How did it end?"),
    "question": N_("What do you need to know?"),
    "answer": N_("Your answer"),
    "attempt": N_("What came of it?"),
    "first_contact": N_("Day of the first contact"),
    "review_on": N_("Look at it again on"),
    "time": N_("When was it? (optional)"),
    "next_appointment": N_("Next appointment (optional)"),
    "text": N_("Note: only your team can read it"),
    "assignee": N_("Who takes care of it?"),
    "said_yes_on": N_("The person said yes again on"),
    "channel": N_("How did the person say it?"),
}
MISSING = {
    "reason": N_("Choose a reason."),
    "outcome": N_("Choose how it ended."),
    "question": N_("Choose what you need to know."),
    "answer": N_("Choose an answer."),
    "attempt": N_("Choose what came of it."),
    "first_contact": N_("Enter the day of the first contact."),
    "review_on": N_("Enter the day on which you look at it again."),
    "text": N_("Write something."),
    "assignee": N_("Choose a case worker of your team."),
    "said_yes_on": N_("Enter the day on which the person said yes again."),
    "channel": N_("Choose how the person said it."),
}
"""What to do about a field of an event that was left empty."""
HALF_A_MOMENT = {
    "time": N_("When was it? Enter both the day and the time."),
    "next_appointment": N_("Next appointment: enter both the day and the time."),
}
OUT_OF_RANGE = {
    "first_contact": N_("The first contact has been made already: enter today or an earlier day."),
    "review_on": N_("Enter today or a later day, at most two years ahead."),
    "assignee": N_("Choose a case worker of your team."),
    "said_yes_on": N_("This counts only if the person said it today: enter today."),
    "time": N_("The attempt has been made already: enter a time that has passed."),
    "next_appointment": N_("Enter a time for the appointment that is still to come, at most two years ahead."),
}
VOICE = {
    "not_contacted": N_("Nobody contacted me"),
    "call_back": N_("Please call me back"),
    "pressed": N_("I felt pressed to say yes"),
    "money_or_sex": N_("I was asked for money or sex"),
    "badly_treated": N_("I was treated badly there"),
}
"""What the person can say; the two tables below are what others read of it."""
ASKED = {
    "not_contacted": N_("The person says that nobody has contacted them. Please call."),
    "call_back": N_("The person asks to be called back."),
}
SAID = {
    "pressed": N_("Felt pressed to say yes"),
    "money_or_sex": N_("Was asked for money or sex"),
    "badly_treated": N_("Was treated badly by the service"),
}
LANGUAGE = {
    "en": N_("English"),
    "hi": N_("Hindi"),
    "bn": N_("Bengali"),
    "lus": N_("Mizo"),
    "mni": N_("Manipuri"),
    "trp": N_("Kokborok"),
    "te": N_("Telugu"),
    "ur": N_("Urdu"),
    "pa": N_("Punjabi"),
    "hne": N_("Chhattisgarhi"),
    "tcz": N_("Thadou"),
    "pck": N_("Paite"),
    "hmr": N_("Hmar"),
    "ne": N_("Nepali"),
    "as": N_("Assamese"),
    "ta": N_("Tamil"),
}
OWN_NAME = {"en": "English", "hi": "हिन्दी", "bn": "বাংলা"}
"""How a language calls itself: not translated."""

NEED = {need.code: need.name for need in NEEDS}
NEED_HINT = {
    "OST": N_("Daily medicine, such as buprenorphine or methadone"),
    "OD": N_("How to prevent an overdose, and the medicine that reverses it"),
    "TESTING": N_("HIV, hepatitis and TB, as one check; the result is the person's alone"),
    "COUNS": N_("Counselling, or a peer who has been there"),
    "DIC": N_("A place to rest, wash, eat and get health care"),
    "WOMEN": N_("Run for women, with women workers"),
    "MATERNAL": N_("Care during pregnancy and after birth"),
    "CHILDCARE": N_("Care for the children who come along"),
    "CHILD": N_("Only services certified for children"),
    "SHELTER": N_("A shelter or a short stay"),
    "LEGAL": N_("A free lawyer or legal advice"),
    "RELEASE": N_("So that medicine goes on without a gap"),
    "DETOX": N_("Stopping with medical care"),
    "NSP": N_("Sterile equipment and safe disposal"),
    "ABSCESS": N_("Care for skin and veins"),
    "STI": N_("Check and treatment"),
    "HEP": N_("Vaccination and treatment"),
    "TB": N_("Check and treatment"),
    "ART": N_("Starting, or going on without a gap"),
    "PPTCT": N_("Preventing infections from passing on"),
    "MH": N_("Psychiatric and psychological care"),
    "REHAB": N_("A longer programme, day or residential"),
    "GBV": N_("Safety, care and advice"),
    "FAMILY": N_("Advice and support for relatives"),
}

TABLES: Mapping[str, Mapping[str, str]] = service_words.TABLES | {
    name: table
    for name, table in list(globals().items())
    if name.isupper() and isinstance(table, dict) and name != "OWN_NAME"
}
"""Every table by name; templates say `say('STATE', code)`."""


def say(table: str, code: str) -> str:
    """The words for a code in the reader's language; an unknown code (a newer event's) is shown as it is."""
    key = TABLES[table].get(code)
    return gettext(key) if key else code


def choices(table: str, codes: Iterable[str] | None = None) -> list[tuple[str, str]]:
    """(code, words) for these codes (all of the table where none are given), for radios and checkboxes."""
    return [(code, say(table, code)) for code in (TABLES[table] if codes is None else codes)]
