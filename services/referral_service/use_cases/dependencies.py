"""Dependencies of use cases besides session and time: ids, keys, calendars, spans. Made once a process."""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import cast

from referral_service.domain.clocks import IsHoliday, Times
from referral_service.outside.working_calendar import is_holiday_in
from service_kit.ids import Ids
from service_kit.keyring import Keyring, MacKey
from service_kit.web.context import ServiceContext, context


@dataclass(frozen=True)
class Dependencies:
    """`calendar` gives a district's holidays (LGD code); `times` are the clocks' spans."""

    ids: Ids
    mac: MacKey
    keyring: Keyring
    times: Times = field(default_factory=Times)
    calendar: Callable[[int], IsHoliday] = is_holiday_in

    def code_mac(self, code: str) -> bytes:
        """The keyed digest under which a card's normalised code is kept."""
        return self.mac.digest("card code", code.encode())


@dataclass(frozen=True)
class ReferralContext(ServiceContext):
    """The kit's context and the referral service's means."""

    dependencies: Dependencies | None = None


def web_means() -> Dependencies:
    """The means of the running web process; only inside a request."""
    dependencies = cast("ReferralContext", context()).dependencies
    if dependencies is None:
        raise RuntimeError("the application was built without means")
    return dependencies
