"""The consent text that is read aloud, by version and language.

Why: consent is only worth something if what was said can be shown later, word for word. A referral stores the version
and the language; this table gives the words back.
Promises: a published version never changes (a test pins its digest); a new wording is a new version, and every version
that was ever published is accepted. Prison health staff read a text of their own where a version has one: it names the
team that sees what they send, so a referral is the team's only where that text was read.
When not to use it: for any other words on a screen; those are ordinary translations.
Every text needs review by a native speaker before live use.
"""

from collections.abc import Mapping, Sequence

FIRST_VERSION, CURRENT_VERSION = "2026-1", "2026-2"
HOLDER = {"en": "[provider]", "hi": "[संस्था]", "bn": "[সংস্থা]"}
_OR = {"en": " or ", "hi": " या ", "bn": " অথবা "}

_ENGLISH = (
    "I can connect you with a free health and support service run by [provider]; it is not the police.",
    "It is your choice; yes or no will not change how you are treated here, or your case.",
    "If yes, I send only the name you give, a safe way to reach you, and the help you want.",
    "I will not ask about HIV or any test, and I will not be told whether you went.",
    (
        "The service keeps this private; the law allows sharing only what is needed, on a court's order "
        "or if a life is in danger."
    ),
    "You can change your mind any time using the code on this card; the request is closed and later deleted.",
    "Or take only the card and call or go yourself, without giving me your name.",
    "Shall I send it: yes, no, or only the card?",
    "If this service cannot take you, may another health service be asked: yes or no?",
)
_HINDI = (
    "मैं आपको [संस्था] की मुफ़्त स्वास्थ्य और सहायता सेवा से जोड़ सकता/सकती हूँ; यह पुलिस की सेवा नहीं है।",
    "यह आपकी मर्ज़ी है; हाँ या ना कहने से यहाँ आपके साथ व्यवहार या आपके केस पर असर नहीं पड़ेगा।",
    "हाँ कहने पर मैं केवल आपका बताया नाम, संपर्क का सुरक्षित तरीक़ा और आपको जो मदद चाहिए, वही भेजूँगा/भेजूँगी।",
    "मैं एचआईवी या किसी जाँच के बारे में नहीं पूछूँगा/पूछूँगी, और मुझे नहीं बताया जाएगा कि आप वहाँ गए या नहीं।",
    "सेवा यह बात गोपनीय रखेगी; क़ानून अदालत के आदेश पर या जान का ख़तरा होने पर ही ज़रूरी जानकारी देने की इजाज़त देता है।",
    "आप कभी भी इस कार्ड के कोड से सहमति वापस ले सकते हैं; अनुरोध बंद होगा और जानकारी बाद में मिटा दी जाएगी।",
    "या नाम बताए बिना सिर्फ़ कार्ड लेकर ख़ुद फ़ोन करें या जाएँ।",
    "क्या मैं भेजूँ: हाँ, नहीं, या सिर्फ़ कार्ड?",
    "अगर यह सेवा आपको नहीं ले पाए, तो क्या किसी दूसरी स्वास्थ्य सेवा से पूछा जा सकता है: हाँ या नहीं?",
)
_BENGALI = (
    "আমি আপনাকে [সংস্থা]-র বিনামূল্যের স্বাস্থ্য ও সহায়তা পরিষেবার সঙ্গে যোগাযোগ করিয়ে দিতে পারি; এটি পুলিশের পরিষেবা নয়।",
    "এটা আপনার ইচ্ছা; হ্যাঁ বা না বললে এখানে আপনার সঙ্গে আচরণে বা আপনার মামলায় প্রভাব পড়বে না।",
    "হ্যাঁ বললে আমি শুধু আপনার বলা নাম, যোগাযোগের নিরাপদ উপায় আর আপনি যে সাহায্য চান তা পাঠাব।",
    "আমি এইচআইভি বা কোনো পরীক্ষার কথা জিজ্ঞাসা করব না, আর আপনি গেলেন কি না তা আমাকে জানানো হবে না।",
    "পরিষেবাটি এটা গোপন রাখবে; আইন শুধু আদালতের আদেশে বা প্রাণের ঝুঁকি থাকলে প্রয়োজনীয় তথ্য জানানোর অনুমতি দেয়।",
    "আপনি যেকোনো সময় এই কার্ডের কোড দিয়ে সম্মতি ফিরিয়ে নিতে পারেন; অনুরোধ বন্ধ হবে, তথ্য পরে মুছে ফেলা হবে।",
    "অথবা নাম না বলে শুধু কার্ড নিয়ে নিজে ফোন করুন বা যান।",
    "আমি কি পাঠাব: হ্যাঁ, না, নাকি শুধু কার্ড?",
    "এই পরিষেবা আপনাকে নিতে না পারলে অন্য কোনো স্বাস্থ্য পরিষেবাকে জিজ্ঞাসা করা যাবে কি: হ্যাঁ, নাকি না?",
)

_TEAM_ENGLISH = (
    "The health staff of this prison are one team: they can see which help you asked for, the service's questions, "
    "your day of release and an appointment, never your name or number; nobody else here can."
)
_TEAM_HINDI = (
    "इस जेल के स्वास्थ्य कर्मी एक टीम हैं: वे देख सकते हैं कि आपने कौन-सी मदद माँगी, सेवा के सवाल, आपकी रिहाई का दिन और "
    "मुलाक़ात का समय, पर आपका नाम या नंबर कभी नहीं; यहाँ और कोई यह नहीं देख सकता।"
)
_TEAM_BENGALI = (
    "এই কারাগারের স্বাস্থ্যকর্মীরা একটি দল: তাঁরা দেখতে পান আপনি কোন সাহায্য চেয়েছেন, পরিষেবার প্রশ্ন, আপনার মুক্তির দিন আর "
    "সাক্ষাতের সময়, কিন্তু আপনার নাম বা নম্বর কখনও নয়; এখানে আর কেউ তা দেখতে পান না।"
)


def _with_team(text: tuple[str, ...], team: str) -> tuple[str, ...]:
    """The text with the team in sentence 4, beside what the reader will not be told."""
    return *text[:3], f"{text[3]} {team}", *text[4:]


_EVERYBODYS = {"en": _ENGLISH, "hi": _HINDI, "bn": _BENGALI}
TEXTS: Mapping[str, Mapping[str, tuple[str, ...]]] = {FIRST_VERSION: _EVERYBODYS, CURRENT_VERSION: _EVERYBODYS}
"""version → language (BCP 47) → sentences 1 to 9, with a place holder for the providers' names."""
PRISON_HEALTH_TEXTS: Mapping[str, Mapping[str, tuple[str, ...]]] = {
    CURRENT_VERSION: {
        "en": _with_team(_ENGLISH, _TEAM_ENGLISH),
        "hi": _with_team(_HINDI, _TEAM_HINDI),
        "bn": _with_team(_BENGALI, _TEAM_BENGALI),
    }
}
"""The same, as prison health staff read it; a version without one is read as everybody reads it."""


def is_known_version(version: str) -> bool:
    """Whether this version was ever published."""
    return version in TEXTS


def names_the_team(version: str) -> bool:
    """Whether this version, read by prison health staff, says that their team sees what is sent."""
    return version in PRISON_HEALTH_TEXTS


def languages(version: str = CURRENT_VERSION) -> tuple[str, ...]:
    """The languages in which this version exists."""
    return tuple(TEXTS[version])


def needs_interpreter(asked: str, version: str = CURRENT_VERSION) -> bool:
    """Whether this version has no text in the language (any BCP 47 code), so that somebody must put it into words."""
    return _base(asked) not in TEXTS[version]


def text_language(asked: str, version: str = CURRENT_VERSION, *, otherwise: str = "en") -> str:
    """The language of the text shown for a person who speaks ``asked`` (any BCP 47 code).

    Where there is no text in it, ``otherwise`` (the reader's language) is shown and somebody interprets.
    """
    if not needs_interpreter(asked, version):
        return _base(asked)
    return otherwise if otherwise in TEXTS[version] else "en"


def read_aloud(
    providers: Sequence[str], language: str, version: str = CURRENT_VERSION, *, prison_health: bool = False
) -> tuple[str, ...]:
    """Sentences 1 to 9 with every provider's name in place. KeyError for an unknown version or language."""
    names = _OR[language].join(providers)
    texts = PRISON_HEALTH_TEXTS.get(version, TEXTS[version]) if prison_health else TEXTS[version]
    return tuple(sentence.replace(HOLDER[language], names) for sentence in texts[language])


def _base(tag: str) -> str:
    return tag.split("-", maxsplit=1)[0].lower()
