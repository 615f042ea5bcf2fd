"""Child path: what puts a referral on it, and who has to agree for a child.

Why: rule 8; under 18 there is no other path. Promises: pure. When not to use it: for which services may be asked then
(the obstacle `not_for_children` of `matching/eligibility.py`), or for when the state's body hears of a child
(`child_clock.py`).
"""

from collections.abc import Collection

UNDER_18 = "under-18"
"""The age band of children."""
OF_CHILDREN = "CHILD"
"""The need for a child's service, which a mother may have, too."""
AUTHORITIES = ("guardian", "cwc")
"""Who agrees for a child: a parent or guardian, or the Child Welfare Committee."""


def is_child_path(needs: Collection[str], age_band: str | None) -> bool:
    """Whether it is about a child: the person is one, or asks for a child's service."""
    return age_band == UNDER_18 or OF_CHILDREN in needs


def lacks_authority(needs: Collection[str], age_band: str | None, authority: str | None) -> bool:
    """Whether it is about a child, and nobody says who agrees."""
    return is_child_path(needs, age_band) and not authority
