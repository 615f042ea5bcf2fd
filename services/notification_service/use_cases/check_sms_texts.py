"""Check before anything starts that each SMS text of each kind and language was registered as it reads.

Why: an unregistered text is dropped on the way without a word, and a sender may be barred for it.
"""

import sys
from collections.abc import Iterator
from dataclasses import dataclass

from notification_service.domain.dlt_templates import Registration, SmsText, Template
from notification_service.domain.sms_segments import Segments, count_segments
from notification_service.use_cases.write_sms import all_sms_texts


@dataclass(frozen=True, slots=True)
class CheckedText:
    """A text, the template under which it goes (None: it may not), and how long it is at most."""

    sms: SmsText
    template: Template | None
    segments: Segments


def check_sms_texts(registration: Registration, link: str) -> Iterator[CheckedText]:
    """Every text of every kind and language; `link` is the list of notices."""
    for sms in all_sms_texts(link):
        yield CheckedText(sms, registration.template_of(sms), count_segments(sms.text))


def require_registered(registration: Registration, link: str) -> None:
    """Raises SystemExit(2) after naming on stderr every text that was not registered."""
    missing = [checked.sms for checked in check_sms_texts(registration, link) if checked.template is None]
    if missing:
        lines = "\n".join(f"  {sms.kind} {sms.language}: {sms.text}" for sms in missing)
        sys.stderr.write(f"Setu cannot start, no template of SETU_SMS fits these texts:\n{lines}\n")
        raise SystemExit(2)
