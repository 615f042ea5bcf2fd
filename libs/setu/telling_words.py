"""Words that tell what a service is for: none of them stands on a card that others may read, whoever typed it.

A landmark is often called after the service itself. A card leaves such a line out; the provider's form says why. Not a
list of words that are wrong: in the directory, where somebody looks for help, they are what is looked for.
"""

import re

_ENGLISH = (
    r"drugs?|de-?\s?addict\w*|addict\w*|rehab\w*|hiv|aids|opioids?|methadone|buprenorphine|needles?|syringes?|narcotics?"
    r"|detox\w*|hepatitis|tuberculosis|substance abuse|overdose|naloxone|recovery cent(?:re|er)|sex workers?"
)
_HINDI = "नश[ाे]|व्यसन|ड्रग|मादक|पुनर्वास|एचआईवी|एच.आई.वी|एड्स|मेथाडोन|सिरिंज|हेपेटाइटिस|टीबी|क्षय"
_BENGALI = "নেশা|মাদক|ড্রাগ|আসক্ত|পুনর্বাসন|এইচআইভি|এইডস|মেথাডোন|সিরিঞ্জ|হেপাটাইটিস|টিবি|যক্ষ্মা"
_TELLING = re.compile(rf"\b(?:{_ENGLISH})\b|{_HINDI}|{_BENGALI}", re.IGNORECASE)
_CODES = re.compile(r"\b(?:OST|OAT|ART|ICTC|NSP|TB|IDU|PWID|DIC)\b")  # in capitals alone: an art gallery is none


def tells(text: str) -> bool:
    """Whether a passer-by who reads it learns what the service is for."""
    return bool(_TELLING.search(text) or _CODES.search(text))
