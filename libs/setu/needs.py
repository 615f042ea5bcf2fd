"""Needs: what a person may name and a service may serve; the vocabulary of the profile `harm-reduction-in`.

One table for all services: the form, the matching, the search page, HSDS documents, imports, events and figures. Names
and meanings are English source text; screens translate them. Codes are never renamed: services and integrators store
them. `police_may_pick` is the wall's rule 4: a need that reveals a diagnosis is for prison health staff only. A need
never stands in an address, an event of a referral, a log or a mail (rule 6).
"""

from collections.abc import Collection
from dataclasses import dataclass

from setu.roles import CUSTODY_HEALTH
from setu.text import N_

MOST_NEEDS = 3  # one to three needs a referral


@dataclass(frozen=True)
class Need:
    """One need: its code, plain name, what it means in one sentence, and who may pick it."""

    code: str
    name: str
    meaning: str
    police_may_pick: bool = False


NEEDS: tuple[Need, ...] = (
    Need(
        "OST",
        N_("Medicine for opioid dependence"),
        N_("Buprenorphine or methadone, given under care."),
        police_may_pick=True,
    ),
    Need(
        "OD",
        N_("Overdose prevention"),
        N_("Naloxone, and how to keep someone breathing until help comes."),
        police_may_pick=True,
    ),
    Need("TESTING", N_("Health check"), N_("One visit that can include HIV, hepatitis and TB."), police_may_pick=True),
    Need(
        "DETOX", N_("Supervised withdrawal"), N_("Stopping with medical care, in a safe place."), police_may_pick=True
    ),
    Need(
        "COUNS",
        N_("Someone to talk to"),
        N_("Counselling and support from people who have been there."),
        police_may_pick=True,
    ),
    Need(
        "DIC",
        N_("Drop-in centre"),
        N_("Rest, a wash, food and a first talk, without an appointment."),
        police_may_pick=True,
    ),
    Need("WOMEN", N_("Women's service"), N_("A service for women, with women on the staff."), police_may_pick=True),
    Need(
        "MATERNAL", N_("Pregnancy care"), N_("Care before and after birth, for mother and baby."), police_may_pick=True
    ),
    Need(
        "CHILDCARE", N_("A place for children"), N_("Someone looks after the children meanwhile."), police_may_pick=True
    ),
    Need("CHILD", N_("Help for under 18s"), N_("A child-certified service."), police_may_pick=True),
    Need("SHELTER", N_("Shelter"), N_("A safe place to sleep."), police_may_pick=True),
    Need("LEGAL", N_("Legal aid"), N_("Free advice about rights and a case."), police_may_pick=True),
    Need(
        "RELEASE",
        N_("Leaving prison"),
        N_("Planning before release; treatment goes on without a gap."),
        police_may_pick=True,
    ),
    Need("NSP", N_("Needle and syringe programme"), N_("New needles and syringes, and safe disposal.")),
    Need("ABSCESS", N_("Wound and abscess care"), N_("Cleaning, dressing and medicine for wounds.")),
    Need("STI", N_("Sexual health"), N_("Check and treatment for sexually transmitted infections.")),
    Need("HEP", N_("Hepatitis care"), N_("Vaccine, check and treatment for hepatitis B and C.")),
    Need("TB", N_("TB care"), N_("Check and treatment for tuberculosis.")),
    Need("ART", N_("HIV treatment"), N_("Medicine and care for people living with HIV.")),
    Need("PPTCT", N_("Keeping a baby free of HIV"), N_("Care for mother and baby, from pregnancy on.")),
    Need("MH", N_("Mental health care"), N_("A doctor or counsellor for low mood, fear, or hearing voices.")),
    Need("REHAB", N_("Residential rehabilitation"), N_("A longer stay with support for not using.")),
    Need("GBV", N_("Help after violence"), N_("Safety, care and advice after violence at home or elsewhere.")),
    Need("FAMILY", N_("Support for the family"), N_("For parents, partners and children of a person who uses drugs.")),
)

BY_CODE: dict[str, Need] = {need.code: need for need in NEEDS}
CODES: frozenset[str] = frozenset(BY_CODE)
_HEALTH_STAFF = frozenset({CUSTODY_HEALTH})


def may_pick(role: str) -> tuple[Need, ...]:
    """Return the needs that this role may choose, in screen order."""
    return NEEDS if role in _HEALTH_STAFF else tuple(need for need in NEEDS if need.police_may_pick)


def refused(needs: Collection[str], role: str) -> frozenset[str]:
    """Return the codes among `needs` that do not exist or that this role may not pick; empty where all is well."""
    return frozenset(needs) - {need.code for need in may_pick(role)}
