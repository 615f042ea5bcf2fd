"""Words that tell what a service is for: none of them stands on a card that others may read, whoever typed it.

A landmark is often called after the service itself. A card leaves such a line out; the provider's form says why. Not a
list of words that are wrong: in the directory, where somebody looks for help, they are what is looked for. It reads
`setu.guard.fold`: letters of any width, points within a code and marks that nobody sees make no difference. A help for
people in a hurry, not a proof.
"""

import re

from setu.guard import fold

_ENGLISH = (
    r"drugs?|drugs?-?(?:free|cent(?:re|er))|de-?\s?addict\w*|addict\w*|rehab\w*|opioids?|opium|opiates?|heroin|methadone?|buprenorphine"
    r"|suboxone|naloxone|ganja|needles?|syringes?|narcotics?|detox\w*|hepatitis|tuberculosis|(?:substance|drug) (?:ab)?use"
    r"|overdose|harm reduction|naco|h[bc]v|hep [bc]|smackiya|recovery (?:centre|center|home)|sex[- ]?workers?|(?:sti|std|vd) (?:clinic|ward|centre|center)"
    r"|nasha(?: ?mukti)?|nashe|nesha(?: ?mukti)?|vyasan ?mukti|madak|ruihhlo|aids"
)
_CODES = ("hiv", "ost", "oat", "art", "ictc", "nsp", "tb", "idu", "pwid", "dic", "sti")
_IN_CAPITALS_ALONE = {"art", "oat", "dic"}  # an art gallery is none
_SPELLED_OUT = "|".join(r"[ .\-]{1,2}".join(code) for code in _CODES)
_TOGETHER = "|".join(code for code in _CODES if code not in _IN_CAPITALS_ALONE)

# At the beginning of a word, so that a hotel called अक्षय and a dining hall (भोजनशाला) are none; and the codes as they
# are spelled in the script.
_HINDI = (
    "नश(?:ा|े|ी)|व्यसन|ड्रग|मादक|पुनर्वास|एड्स|मेथाडोन|सिरिंज|हेपेटाइटिस|टीबी|क्षय(?:रोग| रोग|$)|हेरोइन|स्मैक|गांजा|चरस|अफीम|यौनकर्म|ओपिओइड|शराब"
    "|एच[ .॰-]{0,2}आई[ .॰-]{0,2}वी|ओ[ .॰-]{0,2}एस[ .॰-]{0,2}टी|ए[ .॰-]{0,2}आर[ .॰-]{0,2}टी|आई[ .॰-]{0,2}सी[ .॰-]{0,2}टी[ .॰-]{0,2}सी"
)
_BENGALI = (
    "নেশা|নিচা|মাদক|ড্রাগ|ড্ৰাগ|আসক্ত|পুনর্বাসন|এইডস|মেথাডোন|সিরিঞ্জ|হেপাটাইটিস|টিবি|যক্ষ্মা|হেরোইন|গাঁজা|আফিম|যৌনকর্মী|অপিওয়েড"
    "|এইচ[ .-]{0,2}আই[ .-]{0,2}ভি|ও[ .-]{0,2}এস[ .-]{0,2}টি|এ[ .-]{0,2}আর[ .-]{0,2}টি|আই[ .-]{0,2}সি[ .-]{0,2}টি[ .-]{0,2}সি"
)
_OTHERS = (  # Punjabi, Gujarati, Odia, Tamil, Telugu, Kannada, Malayalam, Urdu
    "ਨਸ਼|ਐਚਆਈਵੀ|ਐੱਚਆਈਵੀ|નશ(?:ા|ે)|વ્યસન|નિଶા|ନିଶା|போதை|எச்ஐவி|எய்ட்ஸ்|మత్తు|డ్రగ్|మాదక|హెచ్ఐవి|ಮಾದಕ|ವ್ಯಸನ|മയക്കുമരുന്ന്|ലഹരി"
    "|نشہ|نشے|منشیات|ایڈز|ایچ ?آئی ?وی"
)
_TELLING = re.compile(
    rf"\b(?:{_ENGLISH}|{_TOGETHER}|{_SPELLED_OUT})\b|hiv|(?<![\u0900-\u097f])(?:{_HINDI})|(?<![\u0980-\u09ff])(?:{_BENGALI})"
    rf"|{_OTHERS}|[\u0370-\u03ff\u0400-\u052f]"  # Greek and Cyrillic letters look like Latin ones, and nobody needs them
)
_CAPITALS = re.compile(r"\b(?:ART|OAT|DIC)\b")


def tells(text: str) -> bool:
    """Whether a passer-by who reads it learns what the service is for."""
    return bool(_TELLING.search(fold(text)) or _CAPITALS.search(text))
