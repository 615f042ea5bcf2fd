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
    r"drugs?|drugs?[ -]?(?:free|addicts?|cent(?:re|er))|de-?\s?addict\w*|addict\w*|rehab|rehabilitation|opioids?|opium"
    r"|opiates?|heroin|brown sugar|smack|methadone?|buprenorphine|suboxone|naloxone|ganja|charas|needles?|syringes?"
    r"|narcotics?|detox\w*|hepatitis|tuberculosis|substance (?:ab)?use|overdose|harm reduction|naco|aids|h[bc]v"
    r"|hep [bc]"
    r"|alcohol\w*|recovery (?:centre|center|home)|drop-?in cent(?:re|er)|suraksha clinic|sex[- ]?workers?"
    r"|(?:sti|std|vd)\W{1,2}(?:clinic|ward|centre|center|hospital)"
    r"|nasha+(?: ?mukti)?|nashe|nesha(?: ?mukti)?|vyasan[ -]?mukti|sharab\w*|madak|smackiya|ruihhlo"
    r"|hiv\w*|ost|ictc|nsp|tb|idu|pwid|sti"
)
_LETTERS = re.compile(r"(?<!\w)(?:[a-z][ ._/\-]{1,3}){2,}[a-z](?!\w)|(?<!\w)[a-z][._/][a-z](?!\w)")


def _together(spelled: re.Match[str]) -> str:
    return re.sub(r"[ ._/\-]", "", spelled[0])


def _spelled(codes: Sequence[Sequence[str]]) -> str:
    """Codes letter by letter, with points, hyphens or blanks between, or nothing."""
    return "|".join(r"[ .॰\-]{0,2}".join(letters) for letters in codes)


# At the beginning of a word, so that a hotel called अक्षय and a dining hall (भोजनशाला) are none.
_HINDI = (
    "नश(?:ा|े|ी)|व्यसन|ड्रग|मादक|पुनर्वास|एड्स|मेथाडोन|सिरिंज|हेपेटाइटिस|क्षय(?:रोग| रोग|$)|हेरोइन|स्मैक|ग(?:ां|ाँ)जा|चरस|अफीम"
    "|यौनकर्म|ओपिओइड|शराब|"
) + _spelled(
    [
        ("एच", "आई", "वी"),
        ("ओ", "एस", "टी"),
        ("ए", "आर", "टी"),
        ("आई", "सी", "टी", "सी"),
        ("एच", "आय", "वी"),
        ("टी", "बी"),
    ]
)
_BENGALI = (
    "নেশা|নিচা|মাদক|ড্রাগ|ড্ৰাগ|আসক্ত|পুনর্বাসন|এইডস|মেথাডোন|সিরিঞ্জ|হেপাটাইটিস|টিবি|যক্ষ্মা|হেরোইন|গাঁজা|আফিম|যৌনকর্মী|অপিওয়েড|"
) + _spelled([("এইচ", "আই", "ভি"), ("ও", "এস", "টি"), ("এ", "আর", "টি"), ("আই", "সি", "টি", "সি")])
_OTHERS = (  # Punjabi, Gujarati, Odia, Tamil, Telugu, Kannada, Malayalam, Urdu
    "ਨਸ਼|ਐਚਆਈਵੀ|ਐੱਚਆਈਵੀ|નશ(?:ા|ે)|વ્યસન|ନିଶା|போதை|எச்ஐவி|எய்ட்ஸ்|మత్తు|డ్రగ్|మాదక|హెచ్ఐవి|ಮಾದಕ|ವ್ಯಸನ|മയക്കുമരുന്ന്|ലഹരി"
    "|نشہ|نشے|منشیات|ایڈز|ایچ ?آئی ?وی"
)
_LOOK_LIKE_LATIN = "[\u0370-\u03ff\u0400-\u052f]"  # Greek and Cyrillic, which no place in India needs
_TELLING = re.compile(
    rf"\b(?:{_ENGLISH})\b|(?<![\u0900-\u097f])(?:{_HINDI})|(?<![\u0980-\u09ff])(?:{_BENGALI})|{_OTHERS}"
    rf"|{_LOOK_LIKE_LATIN}"
)
_CAPITALS = re.compile(r"\b(?:A\.?R\.?T|O\.?A\.?T)\b")  # in capitals alone: an art gallery is none


def tells(text: str) -> bool:
    """Whether a passer-by who reads it learns what the service is for."""
    return bool(_TELLING.search(_LETTERS.sub(_together, fold(text))) or _CAPITALS.search(text))
