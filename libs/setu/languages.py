"""Languages: those of the screens, those that people speak, and their English names, by BCP 47 code.

Babel does not know lus, trp, hne, tcz, pck and hmr, so the table is our own (ISO 639-3 names). Pages translate them.
"""

from setu.text import N_

SCREEN_LANGUAGES = {"en": "English", "hi": "हिन्दी", "bn": "বাংলা"}
"""The languages of screens and mails, each by its own name."""

NAMES: dict[str, str] = {
    "en": N_("English"),
    "hi": N_("Hindi"),
    "bn": N_("Bengali"),
    "as": N_("Assamese"),
    "brx": N_("Bodo"),
    "doi": N_("Dogri"),
    "gu": N_("Gujarati"),
    "hmr": N_("Hmar"),
    "hne": N_("Chhattisgarhi"),
    "kn": N_("Kannada"),
    "kok": N_("Konkani"),
    "ks": N_("Kashmiri"),
    "lus": N_("Mizo"),
    "mai": N_("Maithili"),
    "ml": N_("Malayalam"),
    "mni": N_("Manipuri"),
    "mr": N_("Marathi"),
    "ne": N_("Nepali"),
    "or": N_("Odia"),
    "pa": N_("Punjabi"),
    "pck": N_("Paite"),
    "sat": N_("Santali"),
    "sd": N_("Sindhi"),
    "ta": N_("Tamil"),
    "tcz": N_("Thadou"),
    "te": N_("Telugu"),
    "trp": N_("Kokborok"),
    "ur": N_("Urdu"),
}


SPOKEN: tuple[str, ...] = (
    *("en", "hi", "bn", "lus", "mni", "trp", "te", "ur"),
    *("pa", "hne", "tcz", "pck", "hmr", "ne", "as", "ta"),
)
"""Those that a referral's form offers, of the places served first; its JSON takes any code."""


def english_name(code: str) -> str:
    """The English name of a language; the code itself where the table does not know it."""
    return NAMES.get(code, code)
