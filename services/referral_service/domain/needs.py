"""The needs a referral can name: the profile's own vocabulary, once, as data.

Why: the form, the matching, the JSON schema, the figures and the docs must speak the same list.
Promises: codes never change meaning; ``police_may_pick`` is the wall's rule 4 (needs that reveal a diagnosis are
for health staff only). Words for screens are in ``pages/words.py``, in the reader's language.
When not to use it: never put a need into a URL, an event, a log or a mail (rule 6).
Source: domain page, section 5 (WHO, UNODC and UNAIDS comprehensive package and prison package).
"""

from collections.abc import Collection
from dataclasses import dataclass

MOST_NEEDS = 3  # one to three needs a referral


@dataclass(frozen=True)
class Need:
    """One need, and whether police may pick it."""

    code: str
    police_may_pick: bool


_FOR_ALL = (
    "OST",
    "OD",
    "TESTING",
    "DETOX",
    "COUNS",
    "DIC",
    "WOMEN",
    "MATERNAL",
    "CHILDCARE",
    "CHILD",
    "SHELTER",
    "LEGAL",
    "RELEASE",
)
_FOR_HEALTH_STAFF = ("NSP", "ABSCESS", "STI", "HEP", "TB", "ART", "PPTCT", "MH", "REHAB", "GBV", "FAMILY")
_ALL = (
    *(Need(code, police_may_pick=True) for code in _FOR_ALL),
    *(Need(code, police_may_pick=False) for code in _FOR_HEALTH_STAFF),
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
