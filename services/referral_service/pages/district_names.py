"""Districts and states as screens name them: LGD code, or ISO 3166-2 → name in the reader's language.

Why: a district is keyed by its LGD code, never by its name; people read names. They come with the directory's services;
of the places served first we have translations of our own. Promises: a code without a name is shown as a number and
works all the same. When not to use it: to decide anything; the code decides.
Source: Local Government Directory, Ministry of Panchayati Raj (the places served first).
"""

from collections.abc import Collection

from referral_service.store.districts import DistrictNames
from service_kit.translations import N_
from service_kit.web.context import dependency
from service_kit.web.html.i18n import gettext, language
from setu.districts import STATE_CODES

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
STATES = {
    "AN": N_("Andaman and Nicobar Islands"),
    "AP": N_("Andhra Pradesh"),
    "AR": N_("Arunachal Pradesh"),
    "AS": N_("Assam"),
    "BR": N_("Bihar"),
    "CG": N_("Chhattisgarh"),
    "CH": N_("Chandigarh"),
    "DH": N_("Dadra and Nagar Haveli and Daman and Diu"),
    "DL": N_("Delhi"),
    "GA": N_("Goa"),
    "GJ": N_("Gujarat"),
    "HP": N_("Himachal Pradesh"),
    "HR": N_("Haryana"),
    "JH": N_("Jharkhand"),
    "JK": N_("Jammu and Kashmir"),
    "KA": N_("Karnataka"),
    "KL": N_("Kerala"),
    "LA": N_("Ladakh"),
    "LD": N_("Lakshadweep"),
    "MH": N_("Maharashtra"),
    "ML": N_("Meghalaya"),
    "MN": N_("Manipur"),
    "MP": N_("Madhya Pradesh"),
    "MZ": N_("Mizoram"),
    "NL": N_("Nagaland"),
    "OD": N_("Odisha"),
    "PB": N_("Punjab"),
    "PY": N_("Puducherry"),
    "RJ": N_("Rajasthan"),
    "SK": N_("Sikkim"),
    "TN": N_("Tamil Nadu"),
    "TR": N_("Tripura"),
    "TS": N_("Telangana"),
    "UK": N_("Uttarakhand"),
    "UP": N_("Uttar Pradesh"),
    "WB": N_("West Bengal"),
}

_STATE_OF_CODE = {code: state for state, code in STATE_CODES.items()}


def name_of(code: int) -> str:
    """The district's name in the reader's language, else in English, else its number."""
    told = dependency(DistrictNames).of(code)
    if language() in told:
        return told[language()]
    if code in NAMES:
        return gettext(NAMES[code])
    return told.get("en") or gettext("District %(code)s", code=code)


def state_name(code: str) -> str:
    """The state's name in the reader's language; `code` is the second half of ISO 3166-2."""
    return gettext(STATES[code])


def state_name_of(code: int) -> str:
    """The same by its LGD code."""
    return state_name(_STATE_OF_CODE[code])


def choices(codes: Collection[int]) -> list[tuple[str, str]]:
    """(code, name) of the districts, by name, for a list to choose from."""
    return sorted(((str(code), name_of(code)) for code in set(codes)), key=lambda pair: pair[1])
