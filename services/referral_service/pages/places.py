"""Districts as screens name them: LGD code → name in the reader's language.

Why: a district is keyed by its LGD code, never by its name; people read names. Promises: a code without a name of ours
is shown as a number and works all the same. When not to use it: to decide anything; the code decides.
Source: Local Government Directory, Ministry of Panchayati Raj (the places served first).
"""

from collections.abc import Collection

from service_kit.translations import N_
from service_kit.web.html.i18n import gettext

NAMES = {
    261: N_("Aizawl"),
    272: N_("West Tripura (Agartala)"),
    507: N_("Hyderabad"),
    315: N_("Kolkata"),
    79: N_("New Delhi"),
    85: N_("West Delhi (Tihar)"),
    387: N_("Raipur"),
    256: N_("Imphal West"),
    255: N_("Imphal East"),
    254: N_("Churachandpur"),
}


def name_of(code: int) -> str:
    """The district's name in the reader's language, or its number."""
    return gettext(NAMES[code]) if code in NAMES else gettext("District %(code)s", code=code)


def choices(own: Collection[int]) -> list[tuple[str, str]]:
    """(code, name) of our places and of the unit's ``own``, by name, for a list to choose from."""
    return sorted(((str(code), name_of(code)) for code in {*NAMES, *own}), key=lambda pair: pair[1])
