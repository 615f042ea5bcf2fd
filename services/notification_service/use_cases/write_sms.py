"""Write one SMS in its reader's language: what the mail says in one line, and a link to the list in the app.

Promises: the sentences are the mail's; no due time, and the same link for everybody, so that a text can be registered
word by word (`domain/dlt_templates.py`) and a link in a message tells nothing.
"""

from pathlib import Path

from notification_service.domain.dlt_templates import SmsText
from notification_service.domain.routing_table import SENT_KINDS
from service_kit.translations import N_, translator
from setu.languages import SCREEN_LANGUAGES

CATALOGUES = Path(__file__).parent.parent / "translations"
ABOUT = N_("There is a message for you about %(reference)s.")
UNNAMED = N_("There is a message for you.")
OPEN = N_("To read it, sign in here:")
LONGEST_REFERENCE = "R-WWWW-WWWW"


def write_sms(reference: str | None, language: str, link: str) -> str:
    """Return the text; `link` is the list of notices."""
    say = translator(language, CATALOGUES).gettext
    about = say(ABOUT) % {"reference": reference} if reference else say(UNNAMED)
    return f"{about} {say(OPEN)} {link}"


def all_sms_texts(link: str) -> list[SmsText]:
    """Return every text that may be sent, by kind and language."""
    return [
        SmsText(kind, language, write_sms(LONGEST_REFERENCE if SENT_KINDS[kind] else None, language, link))
        for kind in SENT_KINDS
        for language in SCREEN_LANGUAGES
    ]
