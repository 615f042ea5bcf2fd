"""Words for what the form asks: place, consent, and what is said about a person."""

from service_kit.translations import N_

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
