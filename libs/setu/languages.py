"""Languages: those of the screens, and the English names of those in which services are given, by BCP 47 code.

Babel does not know lus, trp, hne, tcz, pck and hmr, so the table is our own (ISO 639-3 names). Pages translate them.
"""

from setu.text import N_

SCREEN_LANGUAGES = {"en": "English", "hi": "हिन्दी", "bn": "বাংলা"}
"""The languages of screens and mails, each by its own name."""

NAMES: dict[str, str] = {
    "en": "English",
    "hi": "Hindi",
    "bn": "Bengali",
    "as": "Assamese",
    "brx": "Bodo",
    "doi": "Dogri",
    "gu": "Gujarati",
    "hmr": N_("Hmar"),
    "hne": N_("Chhattisgarhi"),
    "kn": "Kannada",
    "kok": "Konkani",
    "ks": "Kashmiri",
    "lus": "Mizo",
    "mai": "Maithili",
    "ml": "Malayalam",
    "mni": "Manipuri",
    "mr": "Marathi",
    "ne": "Nepali",
    "or": "Odia",
    "pa": "Punjabi",
    "pck": N_("Paite"),
    "sat": "Santali",
    "sd": "Sindhi",
    "ta": "Tamil",
    "tcz": N_("Thadou"),
    "te": "Telugu",
    "trp": N_("Kokborok"),
    "ur": "Urdu",
}


def english_name(code: str) -> str:
    """The English name of a language; the code itself where the table does not know it."""
    return NAMES.get(code, code)
