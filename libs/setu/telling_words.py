"""Words that tell what a service is for: none of them stands on a card that others may read, whoever typed it.

A landmark is often called after the service itself. A card leaves such a line out; the provider's form says why. Not a
list of words that are wrong: in the directory, where somebody looks for help, they are what is looked for. It reads
`setu.guard.fold`: letters of any width, points within a code and marks that nobody sees make no difference. A help for
people in a hurry, not a proof.
"""

import re
from collections.abc import Sequence

from setu.guard import fold

_ENGLISH = (
    r"drugs?|drugs?-?(?:free|cent(?:re|er))|de-?\s?addict\w*|addict\w*|rehab\w*|opioids?|opium|opiates?|heroin"
    r"|methadone?|buprenorphine|suboxone|naloxone|ganja|needles?|syringes?|narcotics?|detox\w*|hepatitis|tuberculosis"
    r"|substance (?:ab)?use|overdose|harm reduction|naco|aids|h[bc]v|hep [bc]|recovery (?:centre|center|home)"
    r"|sex[- ]?workers?|(?:sti|std|vd) (?:clinic|ward|centre|center)"
    r"|nasha(?: ?mukti)?|nashe|nesha(?: ?mukti)?|vyasan ?mukti|madak|smackiya|ruihhlo"
)
_CODES = ("hiv", "ost", "oat", "art", "ictc", "nsp", "tb", "idu", "pwid", "dic", "sti")
_IN_CAPITALS_ALONE = {"art", "oat", "dic"}  # an art gallery is none


def _spelled(codes: Sequence[Sequence[str]], least: int = 0) -> str:
    """Codes letter by letter, with points, hyphens or blanks between, at least so many."""
    return "|".join(rf"[ .॰\-]{{{least},2}}".join(letters) for letters in codes)


# At the beginning of a word, so that a hotel called अक्षय and a dining hall (भोजनशाला) are none.
_HINDI = (
    "नश(?:ा|े|ी)|व्यसन|ड्रग|मादक|पुनर्वास|एड्स|मेथाडोन|सिरिंज|हेपेटाइटिस|टीबी|क्षय(?:रोग| रोग|$)|हेरोइन|स्मैक|गांजा|चरस|अफीम"
    "|यौनकर्म|ओपिओइड|शराब|"
) + _spelled([("एच", "आई", "वी"), ("ओ", "एस", "टी"), ("ए", "आर", "टी"), ("आई", "सी", "टी", "सी")])
_BENGALI = (
    "নেশা|নিচা|মাদক|ড্রাগ|ড্ৰাগ|আসক্ত|পুনর্বাসন|এইডস|মেথাডোন|সিরিঞ্জ|হেপাটাইটিস|টিবি|যক্ষ্মা|হেরোইন|গাঁজা|আফিম|যৌনকর্মী|অপিওয়েড|"
) + _spelled([("এইচ", "আই", "ভি"), ("ও", "এস", "টি"), ("এ", "আর", "টি"), ("আই", "সি", "টি", "সি")])
_OTHERS = (  # Punjabi, Gujarati, Odia, Tamil, Telugu, Kannada, Malayalam, Urdu
    "ਨਸ਼|ਐਚਆਈਵੀ|ਐੱਚਆਈਵੀ|નશ(?:ા|ે)|વ્યસન|ନିଶା|போதை|எச்ஐவி|எய்ட்ஸ்|మత్తు|డ్రగ్|మాదక|హెచ్ఐవి|ಮಾದಕ|ವ್ಯಸನ|മയക്കുമരുന്ന്|ലഹരി"
    "|نشہ|نشے|منشیات|ایڈز|ایچ ?آئی ?وی"
)
_LOOK_LIKE_LATIN = "[\u0370-\u03ff\u0400-\u052f]"  # Greek and Cyrillic, which no place in India needs
_LATIN = "|".join([_ENGLISH, *(code for code in _CODES if code not in _IN_CAPITALS_ALONE), _spelled(_CODES, least=1)])
_TELLING = re.compile(
    rf"\b(?:{_LATIN})\b|hiv|(?<![\u0900-\u097f])(?:{_HINDI})|(?<![\u0980-\u09ff])(?:{_BENGALI})|{_OTHERS}"
    rf"|{_LOOK_LIKE_LATIN}"
)
_CAPITALS = re.compile(r"\b(?:ART|OAT|DIC)\b")


def tells(text: str) -> bool:
    """Whether a passer-by who reads it learns what the service is for."""
    return bool(_TELLING.search(fold(text)) or _CAPITALS.search(text))
