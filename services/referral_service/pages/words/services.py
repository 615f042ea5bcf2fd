"""Words for what matching says of a service: why it fits, why it cannot be asked, what its listing leaves open.

Promises: every code of `domain/matching/` is here; `say` gives them in the reader's language.
"""

from collections.abc import Mapping

from service_kit.translations import N_

REASON: Mapping[str, str] = {
    "covers_all": N_("Covers all that was asked"),
    "child_certified": N_("Certified for children"),
    "guardian_or_cwc": N_("A guardian or the Child Welfare Committee must agree"),
    "prison_cleared": N_("May enter the prison"),
    "visits_in_custody": N_("Visits people in custody"),
    "women_only": N_("For women only"),
    "women_and_transgender": N_("For women and transgender people"),
    "women_hours": N_("Has hours or a room for women only"),
    "female_staff": N_("Has women workers"),
    "ost_in_pregnancy": N_("Treats during pregnancy"),
    "children_admitted": N_("Children can come along"),
    "speaks_language": N_("Speaks the language"),
    "free": N_("Free of charge"),
    "waiting_list": N_("Has a waiting list"),
}
OBSTACLE: Mapping[str, str] = {
    "not_active": N_("It is not working now."),
    "nobody_home": N_("Nobody there can take it yet."),
    "not_accepting": N_("It takes nobody new now."),
    "other_district": N_("It does not serve this district."),
    "other_needs": N_("It does not offer this help."),
    "not_for_children": N_("It is not certified for people under 18."),
    "other_age": N_("It does not take this age."),
    "other_gender": N_("It does not take people of this gender."),
    "women_only": N_("It is for women only."),
    "women_and_transgender": N_("It is for women and transgender people."),
    "not_in_prison": N_("It may not enter the prison."),
}
DOUBT: Mapping[str, str] = {
    "no_custody_visit": N_("Does not say that it visits people in custody: ring first"),
    "no_woman_worker": N_("Does not say whether it has women workers"),
    "no_children": N_("Does not say whether children can come along"),
    "other_language": N_("Does not say that it speaks the language"),
    "taking_not_said": N_("Does not say whether it takes new people: ring first"),
    "gender_not_said": N_("Does not say whom it serves: ring first"),
    "not_confirmed": N_("Nobody has confirmed this for half a year: ring first"),
    "never_confirmed": N_("Nobody has confirmed this yet: ring first"),
}
