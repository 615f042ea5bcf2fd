"""Vocabulary of a service's attributes: codes and plain names by which the right person is sent to it.

The same table makes the HSDS attributes of the profile, the fields of `directory.service.changed.v1` and the words on
the service page. Legal background of `recognised_64a`: NDPS Act 1985, section 64A. Not for needs: see `needs`.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from directory_service.organizations.domain.standing import STANDINGS
from setu.text import N_

#: Codes of a service's fields with the words of forms and of the history.
CHOICES: Mapping[str, Mapping[str, str]] = {
    "accepting": {"open": N_("Taking new people"), "waiting_list": N_("Waiting list"), "closed": N_("Full for now")},
    "cost": {"free": N_("Free"), "low_cost": N_("Low cost"), "charged": N_("There is a charge")},
    "status": {
        "active": N_("On: people find it"),
        "inactive": N_("Off"),
        "defunct": N_("Given up"),
        "temporarily closed": N_("Closed for a while"),
    },
    "genders": {
        "woman": N_("Women"),
        "man": N_("Men"),
        "transgender": N_("Transgender people"),
        "other": N_("Everybody else"),
    },
}
ACCEPTING, COSTS, SERVICE_STATUSES, GENDERS = (
    tuple(CHOICES[field]) for field in ("accepting", "cost", "status", "genders")
)
ORGANIZATION_KINDS = ("provider", "police_unit", "court", "prison", "coordinating_body")
ORGANIZATION_STATUSES = STANDINGS


@dataclass(frozen=True)
class Flag:
    """A yes or no about a service: `field` in records and events, `code` in HSDS, `name` for people."""

    field: str
    code: str
    name: str
    meaning: str


FLAGS: tuple[Flag, ...] = (
    Flag(
        "trans_inclusive", "trans_inclusive", N_("Welcomes transgender people"), "Trained staff; names are respected."
    ),
    Flag("women_only", "women_only", N_("Hours or space for women only"), "Women can come when no men are served."),
    Flag("female_staff", "female_staff", N_("Women on the staff"), "A woman can be asked for."),
    Flag("creche", "creche", N_("Crèche"), "Small children are looked after meanwhile."),
    Flag("child_certified", "child_certified", N_("Certified for under 18s"), "Registered to serve children."),
    Flag("guardian_or_cwc", "guardian_or_cwc", N_("Guardian or Child Welfare Committee needed"), "Under 18."),
    Flag(
        "visits_in_custody",
        "visits_in_custody",
        N_("Visits people in custody"),
        "Staff come to stations or prisons.",
    ),
    Flag("prison_cleared", "prison_cleared", N_("Cleared to work in prison"), "The prison department has agreed."),
    Flag("ost_in_pregnancy", "ost_in_pregnancy", N_("Opioid medicine in pregnancy"), "Given with antenatal care."),
    Flag("recognised_64a", "recognised_64A", N_("Recognised for treatment under section 64A"), "NDPS Act 1985."),
)


def is_for_women(genders: Iterable[str]) -> bool:
    """Whether a service for these genders is for women, and not for men. Transgender people may be welcome."""
    served = set(genders)
    return "woman" in served and "man" not in served


@dataclass(frozen=True)
class Fact:
    """A statement with a value (a code, a number, a language), as an HSDS attribute of the profile."""

    field: str
    code: str
    name: str
    meaning: str


FACTS: tuple[Fact, ...] = (
    Fact("accepting", "accepting", "Taking new people", "open, waiting_list or closed."),
    Fact("genders", "serves_gender", "People served", "woman, man, transgender or other; one attribute each."),
    Fact("admits_children_up_to", "admits_children_up_to", "Children may come along up to age", "Age in years."),
    Fact("cost", "cost", "Cost", "free, low_cost or charged."),
    Fact("names", "translated_name", "Name in another language", "`label` is the BCP 47 code, `value` the name."),
    Fact(
        "descriptions",
        "translated_description",
        "Description in another language",
        "`label` is the BCP 47 code, `value` the description.",
    ),
    Fact("sample", "sample", "Invented for demonstration", "No such provider exists."),
    Fact("confidential", "location_confidential", "Address is confidential", "Address and co-ordinates are left out."),
    Fact("districts", "serves_district", "District served", "`value` is the code of the Local Government Directory."),
)
