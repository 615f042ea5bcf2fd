"""Helplines: the national numbers that every page and every card names; a table, no code.

Why: whoever is in danger, or whom no service fits, needs a number that is answered; one that is typed in several
places is put right in one of them. The footer and the banners of every page and the card (on the screen, as a picture,
printed, in the API) read this table, and a test finds a number that a template types.
Source: the bodies that run them: the ambulances of the National Health Mission; the national de-addiction helpline of
the Ministry of Social Justice and Empowerment; the AIDS helpline of NACO; the National Legal Services Authority.
1933 is never one of them: it is the Narcotics Control Bureau's, and takes tip-offs.
Not for the number of a service, nor for which helpline stands in where it has none
(`referral_service/domain/cards/card_contact.py`).
"""

from collections.abc import Mapping
from dataclasses import dataclass

from setu.text import N_


@dataclass(frozen=True)
class Helpline:
    """A number as a phone dials it, and what it is for, in English and marked.

    `words` may be read on paper and over a shoulder: no word of dependence. `private_words` are shown to whoever reads
    alone; empty where they are the same.
    """

    number: str
    words: str
    private_words: str = ""


HELPLINES: Mapping[str, Helpline] = {
    "ambulance": Helpline("108", N_("ambulance")),
    "dependence": Helpline("14446", N_("someone to talk to"), N_("help with dependence")),
    "health": Helpline("1097", N_("health information")),
    "legal aid": Helpline("15100", N_("free legal aid")),
}
"""What a line is for → the line, in the order in which pages list them."""
