"""Dependencies of the use cases besides a session and the time: ids, keys, calendars, spans. Made once a process."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date, datetime
from uuid import UUID

from referral_service.domain.circumstances import Circumstances
from referral_service.domain.clocks import IsHoliday, Times
from referral_service.outside.codes import KeyedBytes, new_card_code
from referral_service.outside.keyring_file import KeyringFile
from referral_service.outside.sending_limit import sending_limit
from referral_service.outside.working_calendar import is_holiday_in
from referral_service.settings import Settings
from service_kit.ids import Ids, SystemIds
from service_kit.keyring import Keyring, MacKey
from service_kit.rate_limit import RateLimit


@dataclass(frozen=True)
class Dependencies:
    """`calendar` gives a district's holidays (LGD code); `times` are the clocks' spans; `searching` limits what counts.

    `trial`: people are fixed samples (`domain/trial.py`).
    """

    ids: Ids
    mac: MacKey
    keyring: Keyring
    times: Times = field(default_factory=Times)
    calendar: Callable[[int], IsHoliday] = is_holiday_in
    sending: RateLimit[UUID] = field(default_factory=sending_limit)
    searching: RateLimit[UUID] = field(default_factory=sending_limit)
    trial: bool = False

    def circumstances(self, district: int, now: datetime, organization: UUID | None = None) -> Circumstances:
        """The circumstances of an act in a district (LGD code); `organization`: whose act it is, None for the clock."""
        return Circumstances(now, organization, self.calendar(district), self.times)

    def code_mac(self, code: str) -> bytes:
        """The keyed digest under which a card's normalised code is kept."""
        return self.mac.digest("card code", code.encode())

    def card_code_of_form(self, form_key: str, session: UUID) -> str:
        """The bare code of the card that sending this form in this session makes; it is kept nowhere before.

        Keyed, so that a second press has the code of the first; of the session, so that signing out or a lock ends it.
        """
        digest = self.mac.digest("card code of a form", session.bytes + form_key.encode())
        return new_card_code(KeyedBytes(digest))

    def named_mac(self, named: str) -> str:
        """The keyed digest, in hex, by which the audit log tells apart what was named at the desk and not found."""
        return self.mac.digest("named at the desk", named.encode()).hex()

    def voice_mac(self, code_mac: bytes, said: str) -> bytes:
        """The keyed digest under which it is kept that a card said something; without the key it leads to no card."""
        return self.mac.digest("voice", code_mac + said.encode())

    def early_voice_mac(self, code_mac: bytes, said: str, year: int | None = None) -> bytes:
        """The same of a word that was said before anybody opened the referral, at all or in a year."""
        return self.mac.digest("early voice", code_mac + f"{said} {year or ''}".encode())

    def voice_sender_mac(self, unit: UUID, provider: UUID, year: int) -> bytes:
        """The keyed digest of a sending unit, another one for each provider and year, so that no two match up."""
        return self.mac.digest("sender of voices", unit.bytes + provider.bytes + str(year).encode())

    def voice_day_mac(self, unit: UUID, about: UUID, day: date) -> bytes:
        """The keyed digest of what a unit sent on a day (of India), for each that it may name."""
        return self.mac.digest("day of a sender of voices", unit.bytes + about.bytes + day.isoformat().encode())

    @classmethod
    def from_settings(cls, settings: Settings, ids: Ids | None = None) -> "Dependencies":
        """The dependencies of a process."""
        keyring = Keyring(KeyringFile(settings.keyring).keks)
        return cls(
            ids or SystemIds(),
            MacKey(settings.mac_key),
            keyring,
            settings.times,
            sending=sending_limit(settings.sends_an_hour),
            searching=sending_limit(settings.sends_an_hour),
            trial=settings.trial,
        )
