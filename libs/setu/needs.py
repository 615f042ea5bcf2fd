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
    """One need: its code, plain name, what it means in one sentence, what the form says beneath, who may pick it."""

    code: str
    name: str
    meaning: str
    hint: str
    police_may_pick: bool = False


NEEDS: tuple[Need, ...] = (
    Need(
        "OST",
        N_("Medicine for opioid dependence"),
        N_("Buprenorphine or methadone, given under care."),
        N_("Daily medicine, such as buprenorphine or methadone"),
        police_may_pick=True,
    ),
    Need(
        "OD",
        N_("Overdose prevention"),
        N_("Naloxone, and how to keep someone breathing until help comes."),
        N_("How to prevent an overdose, and the medicine that reverses it"),
        police_may_pick=True,
    ),
    Need(
        "TESTING",
        N_("Health check"),
        N_("One visit that can include HIV, hepatitis and TB."),
        N_("HIV, hepatitis and TB, as one check; the result is the person's alone"),
        police_may_pick=True,
    ),
    Need(
        "DETOX",
        N_("Supervised withdrawal"),
        N_("Stopping with medical care, in a safe place."),
        N_("Stopping with medical care"),
        police_may_pick=True,
    ),
    Need(
        "COUNS",
        N_("Someone to talk to"),
        N_("Counselling and support from people who have been there."),
        N_("Counselling, or a peer who has been there"),
        police_may_pick=True,
    ),
    Need(
        "DIC",
        N_("Drop-in centre"),
        N_("Rest, a wash, food and a first talk, without an appointment."),
        N_("A place to rest, wash, eat and get health care"),
        police_may_pick=True,
    ),
    Need(
        "WOMEN",
        N_("Women's service"),
        N_("A service for women, with women on the staff."),
        N_("Run for women, with women workers"),
        police_may_pick=True,
    ),
    Need(
        "MATERNAL",
        N_("Pregnancy care"),
        N_("Care before and after birth, for mother and baby."),
        N_("Care during pregnancy and after birth"),
        police_may_pick=True,
    ),
    Need(
        "CHILDCARE",
        N_("A place for children"),
        N_("Someone looks after the children meanwhile."),
        N_("Care for the children who come along"),
        police_may_pick=True,
    ),
    Need(
        "CHILD",
        N_("Help for under 18s"),
        N_("A child-certified service."),
        N_("Only services certified for children"),
        police_may_pick=True,
    ),
    Need("SHELTER", N_("Shelter"), N_("A safe place to sleep."), N_("A shelter or a short stay"), police_may_pick=True),
    Need(
        "LEGAL",
        N_("Legal aid"),
        N_("Free advice about rights and a case."),
        N_("A free lawyer or legal advice"),
        police_may_pick=True,
    ),
    Need(
        "RELEASE",
        N_("Leaving prison"),
        N_("Planning before release; treatment goes on without a gap."),
        N_("So that medicine goes on without a gap"),
        police_may_pick=True,
    ),
    Need(
        "NSP",
        N_("Needle and syringe programme"),
        N_("New needles and syringes, and safe disposal."),
        N_("Sterile equipment and safe disposal"),
    ),
    Need(
        "ABSCESS",
        N_("Wound and abscess care"),
        N_("Cleaning, dressing and medicine for wounds."),
        N_("Care for skin and veins"),
    ),
    Need(
        "STI",
        N_("Sexual health"),
        N_("Check and treatment for sexually transmitted infections."),
        N_("Check and treatment"),
    ),
    Need(
        "HEP",
        N_("Hepatitis care"),
        N_("Vaccine, check and treatment for hepatitis B and C."),
        N_("Vaccination and treatment"),
    ),
    Need("TB", N_("TB care"), N_("Check and treatment for tuberculosis."), N_("Check and treatment")),
    Need(
        "ART",
        N_("HIV treatment"),
        N_("Medicine and care for people living with HIV."),
        N_("Starting, or going on without a gap"),
    ),
    Need(
        "PPTCT",
        N_("Keeping a baby free of HIV"),
        N_("Care for mother and baby, from pregnancy on."),
        N_("Preventing infections from passing on"),
    ),
    Need(
        "MH",
        N_("Mental health care"),
        N_("A doctor or counsellor for low mood, fear, or hearing voices."),
        N_("Psychiatric and psychological care"),
    ),
    Need(
        "REHAB",
        N_("Residential rehabilitation"),
        N_("A longer stay with support for not using."),
        N_("A longer programme, day or residential"),
    ),
    Need(
        "GBV",
        N_("Help after violence"),
        N_("Safety, care and advice after violence at home or elsewhere."),
        N_("Safety, care and advice"),
    ),
    Need(
        "FAMILY",
        N_("Support for the family"),
        N_("For parents, partners and children of a person who uses drugs."),
        N_("Advice and support for relatives"),
    ),
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
