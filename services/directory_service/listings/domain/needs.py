"""The needs that a person may name and a service may serve: the vocabulary of the profile `harm-reduction-in`.

One table, read by the HSDS documents, the search page, the import and the events. Names are English source text; pages
translate them. Codes are never renamed: they are stored by other services and by integrators. Not the place for
what a need means for one referral; that is the referral service's business.
"""

from dataclasses import dataclass

from setu.text import N_


@dataclass(frozen=True)
class Need:
    """One item: its code, plain name, what it means in one sentence, and whether the search page shows it large."""

    code: str
    name: str
    meaning: str
    large: bool = False


NEEDS: tuple[Need, ...] = (
    Need("OST", N_("Medicine for opioid dependence"), "Buprenorphine or methadone, given under care.", large=True),
    Need("OD", N_("Overdose prevention"), "Naloxone, and how to keep someone breathing until help comes.", large=True),
    Need("TESTING", N_("Health check"), "One visit that can include HIV, hepatitis and TB.", large=True),
    Need("DETOX", N_("Supervised withdrawal"), "Stopping with medical care, in a safe place.", large=True),
    Need("COUNS", N_("Someone to talk to"), "Counselling and support from people who have been there.", large=True),
    Need("DIC", N_("Drop-in centre"), "Rest, a wash, food and a first talk, without an appointment.", large=True),
    Need("WOMEN", N_("Women's service"), "A service for women, with women on the staff.", large=True),
    Need("MATERNAL", N_("Pregnancy care"), "Care before and after birth, for mother and baby.", large=True),
    Need("CHILDCARE", N_("A place for children"), "Someone looks after the children meanwhile.", large=True),
    Need("CHILD", N_("Help for under 18s"), "A child-certified service.", large=True),
    Need("SHELTER", N_("Shelter"), "A safe place to sleep.", large=True),
    Need("LEGAL", N_("Legal aid"), "Free advice about rights and a case.", large=True),
    Need("RELEASE", N_("Leaving prison"), "Planning before release; treatment goes on without a gap.", large=True),
    Need("NSP", N_("Needle and syringe programme"), "New needles and syringes, and safe disposal."),
    Need("ABSCESS", N_("Wound and abscess care"), "Cleaning, dressing and medicine for wounds."),
    Need("STI", N_("Sexual health"), "Check and treatment for sexually transmitted infections."),
    Need("HEP", N_("Hepatitis care"), "Vaccine, check and treatment for hepatitis B and C."),
    Need("TB", N_("TB care"), "Check and treatment for tuberculosis."),
    Need("ART", N_("HIV treatment"), "Medicine and care for people living with HIV."),
    Need("PPTCT", N_("Keeping a baby free of HIV"), "Care for mother and baby, from pregnancy on."),
    Need("MH", N_("Mental health care"), "A doctor or counsellor for low mood, fear, or hearing voices."),
    Need("REHAB", N_("Residential rehabilitation"), "A longer stay with support for not using."),
    Need("GBV", N_("Help after violence"), "Safety, care and advice after violence at home or elsewhere."),
    Need("FAMILY", N_("Support for the family"), "For parents, partners and children of a person who uses drugs."),
)

BY_CODE: dict[str, Need] = {need.code: need for need in NEEDS}
CODES: frozenset[str] = frozenset(BY_CODE)
