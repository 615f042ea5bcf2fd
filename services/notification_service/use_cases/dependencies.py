"""Dependencies of sending: database, clock, ids, keys, the ways out, and where notices point to. Made once a worker."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field

from notification_service.domain.links import Links
from notification_service.domain.notices import Channel
from notification_service.outside.carrier import Carrier
from service_kit.clock import Clock
from service_kit.db.clock_notes import BelievableClock
from service_kit.db.engine import Database
from service_kit.ids import Ids
from service_kit.keyring import Keyring, MacKey


@dataclass(frozen=True)
class Dependencies:
    """What `deliver_due` is handed. `rates`: messages a second, of the channels that have a limit.

    `test_digests`: in a trial, the digests of the addresses that alone are sent to; None outside of one.
    """

    db: Database
    clock: Clock
    believable: BelievableClock
    ids: Ids
    keyring: Keyring
    carriers: Mapping[Channel, Carrier]
    links: Links
    mac: MacKey
    rates: Mapping[Channel, float] = field(default_factory=dict)
    test_digests: Collection[str] | None = None
