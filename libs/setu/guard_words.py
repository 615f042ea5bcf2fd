"""Word tables of the guard: Latin, Devanagari and Bengali beside each other, folded as `guard.fold` folds a text.

Each is a list of words or of whole phrases; a phrase stands for itself, with word boundaries around it.
"""


def _phrases(listed: str) -> tuple[str, ...]:
    return tuple(" ".join(phrase.split()) for phrase in listed.split(";"))


TITLES = frozenset(
    [
        "mr",
        "mrs",
        "ms",
        "miss",
        "shri",
        "sri",
        "shrimati",
        "smt",
        "kumari",
        "dr",
        "md",
        "mohd",
        "sk",
        "sardar",
        "श्री",
        "श्रीमती",
        "सुश्री",
        "कुमारी",
        "डॉ",
        "डॉक्टर",
        "मो",
        "मोहम्मद",
        "শ্রী",
        "শ্রীমতী",
        "কুমারী",
        "ডা",
        "ডাঃ",
        "মোঃ",
        "মোহাম্মদ",
        "জনাব",
        "সেখ",
    ]
)
"""What stands before a name and before nothing else."""

RANKS = frozenset(
    [
        "constable",
        "havildar",
        "naik",
        "asi",
        "si",
        "api",
        "inspector",
        "sho",
        "dysp",
        "dsp",
        "asp",
        "acp",
        "sp",
        "ssp",
        "dcp",
        "warder",
        "jailor",
        "jailer",
        "सिपाही",
        "कांस्टेबल",
        "कॉन्स्टेबल",
        "हवलदार",
        "दारोगा",
        "दरोगा",
        "इंस्पेक्टर",
        "निरीक्षक",
        "थानाध्यक्ष",
        "वार्डर",
        "जेलर",
        "কনস্টেবল",
        "হাবিলদার",
        "দারোগা",
        "ইন্সপেক্টর",
        "ইনস্পেক্টর",
        "পরিদর্শক",
        "ওয়ার্ডার",
        "জেলার",
    ]
)
"""Ranks and posts, which stand before a name and before other words, too."""

AFTER_A_RANK = frozenset(
    [
        "office",
        "officer",
        "officers",
        "station",
        "level",
        "training",
        "rank",
        "ranks",
        "post",
        "posts",
        "general",
        "for",
        "and",
        "or",
        "of",
        "to",
        "in",
        "the",
        "को",
        "का",
        "की",
        "के",
        "से",
        "ने",
        "में",
        "पर",
        "और",
        "या",
        "तक",
        "लिए",
        "स्तर",
        "प्रशिक्षण",
        "पद",
        "कार्यालय",
        "भी",
        "ही",
        "तथा",
        "ও",
        "এবং",
        "বা",
        "স্তর",
        "স্তরে",
        "প্রশিক্ষণ",
        "পদ",
        "পদে",
        "অফিস",
        "জন্য",
        "থেকে",
        "পর্যন্ত",
        "হতে",
    ]
)
"""What follows a rank where no name does."""

CASE_WORDS = _phrases(
    """
    fir; f.i.r; f.i.r.; u/s; crime no; crime number; case no; case number; gd entry; charge sheet;
    chargesheet; एफआईआर; एफ.आई.आर; प्राथमिकी; अपराध संख्या; केस संख्या; केस नंबर; मुकदमा संख्या;
    आरोप पत्र; এফআইআর; এফ.আই.আর; এফ আই আর; মামলা নম্বর; মামলা নং; কেস নম্বর; কেস নং; চার্জশিট
    """
)

KIN_WORDS = _phrases(
    """
    s/o; d/o; w/o; c/o; son of; daughter of; wife of; एस/ओ; डी/ओ; डब्ल्यू/ओ; वल्द; पुत्र श्री;
    पत्नी श्री; का बेटा; की बेटी; এস/ও; ডি/ও; পিতা; স্বামী; এর ছেলে; এর মেয়ে
    """
)

ALIAS_WORDS = ("alias", "aka", "a.k.a", "a.k.a.", "urf", "nickname", "उर्फ", "उर्फ़", "उपनाम", "ওরফে", "ডাকনাম")

PLACE_WORDS = _phrases(
    """
    hotspot; hotspots; hot spot; hot spots; shooting gallery; drug den; adda; under the bridge;
    under the flyover; behind the station; where they use; where they inject; uses at; use at;
    injects at; inject at; injecting at; using at; using near; injecting near; uses near;
    हॉटस्पॉट; हॉट स्पॉट; अड्डा; अड्डे; अड्डों; पुल के नीचे; फ्लाईओवर के नीचे; स्टेशन के पीछे;
    जहाँ नशा करते; जहां नशा करते; হটস্পট; হট স্পট; আড্ডা; ঠেক; ঠেকে; সেতুর নিচে; ব্রিজের নিচে;
    ফ্লাইওভারের নিচে; স্টেশনের পিছনে; যেখানে নেশা করে
    """
)

STATE_CODES = frozenset(
    [
        "an",
        "ap",
        "ar",
        "as",
        "br",
        "cg",
        "ch",
        "dd",
        "dl",
        "dn",
        "ga",
        "gj",
        "hp",
        "hr",
        "jh",
        "jk",
        "ka",
        "kl",
        "la",
        "ld",
        "mh",
        "ml",
        "mn",
        "mp",
        "mz",
        "nl",
        "od",
        "pb",
        "py",
        "rj",
        "sk",
        "tg",
        "tn",
        "tr",
        "ts",
        "uk",
        "up",
        "wb",
        "एपी",
        "एआर",
        "एएस",
        "बीआर",
        "सीजी",
        "डीएल",
        "जीए",
        "जीजे",
        "एचआर",
        "एचपी",
        "जेएच",
        "केए",
        "केएल",
        "एमएच",
        "एमएल",
        "एमएन",
        "एमपी",
        "एमजेड",
        "एनएल",
        "ओडी",
        "पीबी",
        "आरजे",
        "टीएन",
        "टीआर",
        "टीएस",
        "यूके",
        "यूपी",
        "डब्ल्यूबी",
        "एबी",
        "এএস",
        "বিআর",
        "সিজি",
        "ডিএল",
        "এইচআর",
        "জেএইচ",
        "কেএ",
        "কেএল",
        "এমএইচ",
        "এমএল",
        "এমএন",
        "এমপি",
        "এমজেড",
        "এনএল",
        "ওডি",
        "পিবি",
        "আরজে",
        "টিএন",
        "টিআর",
        "টিএস",
        "ইউকে",
        "ইউপি",
        "ডব্লিউবি",
    ]
)
"""What a number plate begins with."""

MONTHS = frozenset(["jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"])
"""Three letters between two numbers that are a date and no plate."""
