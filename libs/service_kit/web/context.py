"""What a web process of a service holds for its lifetime, handed in by `create_app` and found again by every view."""

from dataclasses import dataclass

from flask import current_app

from service_kit.clock import Clock
from service_kit.db.engine import Database
from service_kit.ids import Ids
from service_kit.keyring import Keyring, MacKey
from service_kit.settings import KitSettings


@dataclass(frozen=True)
class ServiceContext:
    """Settings, database, clock, ids and keys of this process; a service may subclass it to add its own."""

    settings: KitSettings
    db: Database
    clock: Clock
    ids: Ids
    mac: MacKey
    keyring: Keyring | None = None


def context() -> ServiceContext:
    """Return the context of the running application; raises RuntimeError outside of a request or app context."""
    found: ServiceContext = current_app.extensions["setu"]
    return found
