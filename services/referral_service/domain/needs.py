"""The needs a referral can name: the profile's own vocabulary, once, as data.

Why: the form, the matching, the JSON schema, the figures and the docs must speak the same list.
Promises: codes never change meaning; ``police_may_pick`` is the wall's rule 4 (needs that reveal a diagnosis are
for health staff only). Labels are plain English and serve as message keys: screens translate them.
When not to use it: never put a need into a URL, an event, a log or a mail (rule 6).
Source: domain page, section 5 (WHO, UNODC and UNAIDS comprehensive package and prison package).
"""

from collections.abc import Collection
from dataclasses import dataclass

MOST_NEEDS = 3  # one to three needs a referral


@dataclass(frozen=True)
class Need:
    """One need: its code, English words for the screen, and whether police may pick it."""

    code: str
    label: str
    hint: str
    police_may_pick: bool


_FOR_ALL = (
    ("OST", "Medicine for opioid dependence", "Daily medicine, such as buprenorphine or methadone"),
    ("OD", "Overdose prevention, naloxone", "How to prevent an overdose, and the medicine that reverses it"),
    ("TESTING", "Health check", "HIV, hepatitis and TB, as one check; the result is the person's alone"),
    ("COUNS", "Someone to talk to", "Counselling, or a peer who has been there"),
    ("DIC", "Drop-in centre", "A place to rest, wash, eat and get health care"),
    ("WOMEN", "Women's service", "Run for women, with women workers"),
    ("MATERNAL", "Pregnancy care", "Care during pregnancy and after birth"),
    ("CHILDCARE", "Place for children", "Care for the children who come along"),
    ("CHILD", "Help for someone under 18", "Only services certified for children"),
    ("SHELTER", "Somewhere to stay", "A shelter or a short stay"),
    ("LEGAL", "Legal aid", "A free lawyer or legal advice"),
    ("RELEASE", "Care before and after release", "So that medicine goes on without a gap"),
)
_FOR_HEALTH_STAFF = (
    ("DETOX", "Supervised withdrawal", "Stopping with medical care"),
    ("NSP", "Needle and syringe programme", "Sterile equipment and safe disposal"),
    ("ABSCESS", "Wound and abscess care", "Care for skin and veins"),
    ("STI", "Sexual health", "Check and treatment"),
    ("HEP", "Hepatitis care", "Vaccination and treatment"),
    ("TB", "TB care", "Check and treatment"),
    ("ART", "HIV treatment", "Starting, or going on without a gap"),
    ("PPTCT", "Care for mother and baby", "Preventing infections from passing on"),
    ("MH", "Mental health care", "Psychiatric and psychological care"),
    ("REHAB", "Rehabilitation", "A longer programme, day or residential"),
    ("GBV", "Help after violence", "Safety, care and advice"),
    ("FAMILY", "Help for the family", "Advice and support for relatives"),
)
_ALL = (
    *(Need(*row, police_may_pick=True) for row in _FOR_ALL),
    *(Need(*row, police_may_pick=False) for row in _FOR_HEALTH_STAFF),
)

NEEDS = {need.code: need for need in _ALL}
"""Every need by code, in the order in which screens show them."""

POLICE_NEEDS = frozenset(need.code for need in _ALL if need.police_may_pick)
HEALTH_STAFF = frozenset({"custody_health"})


def may_pick(role: str) -> tuple[Need, ...]:
    """The needs that this role may choose, in screen order."""
    return _ALL if role in HEALTH_STAFF else tuple(need for need in _ALL if need.police_may_pick)


def refused(needs: Collection[str], role: str) -> frozenset[str]:
    """The codes among ``needs`` that do not exist or that this role may not pick (empty: all is well)."""
    return frozenset(needs) - {need.code for need in may_pick(role)}
