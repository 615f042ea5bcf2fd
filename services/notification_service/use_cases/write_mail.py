"""Write one message in its reader's language: a reference, a link, a due time, and nothing else; an SMS says less.

The text is the same for every kind of notice, so neither a subject line on a lock screen nor a mail provider learns
what happened; the page behind the link says it, after signing in. Two things it says: that a date is off, since
whoever does not sign in would travel to it; and a reset, since its owner cannot sign in, and whom to tell: nobody who
could have had a part in it alone. Texts come from this service's catalogues.
"""

from datetime import UTC, datetime

from babel.dates import format_datetime

from notification_service.domain.links import Links
from notification_service.domain.notices import VISITS_OFF, Channel, Place, is_meeting_off
from notification_service.outside.carrier import Message
from notification_service.store.tables import DeliveryRow
from notification_service.use_cases.write_sms import ABOUT, CATALOGUES, OPEN, UNNAMED, write_sms
from service_kit.translations import N_, translator
from setu.india import INDIA

ABOUT_ACCOUNT = N_("There is a message for you about your account.")
IF_RESET = N_(
    "If you cannot sign in any more, ask whoever manages your organisation, or your coordinator, for a new slip."
)
WAS_RESET = N_(
    "Your sign-in was reset on %(moment)s: a new slip was printed for your account, and you were signed out. If you did"
    " not ask for this, tell a data officer of your state at once."
)
ABOUT_PARTNERSHIP = N_("Something is due by %(due)s.")
ABOUT_OFF = N_("A date that you were told is off.")
_PARTNERSHIP = (
    Place.MEETINGS,
    Place.PARTNERS,
    Place.HANDOVERS,
    Place.TRAINING,
    Place.VISITS,
    Place.BOARD,
    Place.REPORTS,
)
DUE = N_("Please look before %(due)s.")


def write_message(delivery: DeliveryRow, to: str, links: Links) -> Message:
    """Return the message of a delivery; the same one each time, so that a repeated one is recognised."""
    subject, body = write_text(delivery, links)
    return Message(
        id=delivery.id,
        kind=delivery.kind,
        language=delivery.language,
        to=to,
        subject=subject,
        body=body,
        dated=delivery.created_at.astimezone(UTC),
    )


def write_text(delivery: DeliveryRow, links: Links) -> tuple[str, str]:
    """Return subject and body, as sent and as shown in the delivery log; an SMS has no subject."""
    if delivery.channel == Channel.SMS:
        return "", write_sms(delivery.reference, delivery.language, links.notification_url)
    return _write_mail(delivery, links)


def _write_mail(delivery: DeliveryRow, links: Links) -> tuple[str, str]:
    say = _Words(delivery.language)
    is_account = Place(delivery.place) is Place.ACCOUNT
    is_off = is_meeting_off(delivery.kind, delivery.due_at)
    unnamed = ABOUT_ACCOUNT if is_account else ABOUT_OFF if is_off else UNNAMED
    about = say(ABOUT, reference=delivery.reference) if delivery.reference else say(unnamed)
    due_at = None if delivery.kind in VISITS_OFF else delivery.due_at
    dated = say.moment(due_at) if due_at is not None else ""
    if dated and Place(delivery.place) in _PARTNERSHIP:
        about, dated = say(ABOUT_PARTNERSHIP, due=dated), ""
    role, matter = delivery.recipient_role, delivery.matter
    link = links.to(delivery.place, delivery.referral_id, role, is_off=is_off, matter=matter)
    lines = [about, "", say(OPEN), link]
    if delivery.kind == "sign_in_reset":
        lines += ["", say(WAS_RESET, moment=say.moment(delivery.created_at))]
    elif is_account:
        lines += ["", say(IF_RESET)]
    if dated:
        lines += ["", say(DUE, due=dated)]
    return delivery.reference or "Setu", "\n".join(lines) + "\n"


class _Words:
    """One language's texts; English where a text or a language is missing."""

    def __init__(self, language: str) -> None:
        self._language = language
        self._texts = translator(language, CATALOGUES)

    def __call__(self, text: str, **values: object) -> str:
        return self._texts.gettext(text) % values

    def moment(self, at: datetime) -> str:
        """Date and time in India, in the language's own words."""
        return format_datetime(at, "d MMMM y, HH:mm", tzinfo=INDIA, locale=self._language)
