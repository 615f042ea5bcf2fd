"""Context of a process: what it holds for its lifetime, handed in at start and passed on to use cases."""

from dataclasses import dataclass

from service_kit.clock import Clock
from service_kit.db.engine import Database
from service_kit.ids import Ids
from service_kit.keyring import Keyring, MacKey
from service_kit.settings import KitSettings


@dataclass(frozen=True)
class ServiceContext:
    """Settings, database, clock, ids and keys of this process."""

    settings: KitSettings
    db: Database
    clock: Clock
    ids: Ids
    mac: MacKey
    keyring: Keyring | None = None
