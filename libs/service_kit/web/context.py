"""Context of a web process: what it holds for its lifetime, handed in by `create_app` and found again by every view."""

from dataclasses import dataclass
from typing import TypeVar, cast

from flask import current_app

from service_kit.clock import Clock
from service_kit.db.engine import Database
from service_kit.ids import Ids
from service_kit.keyring import Keyring, MacKey
from service_kit.settings import KitSettings

Kind = TypeVar("Kind")


@dataclass(frozen=True)
class ServiceContext:
    """Settings, database, clock, ids and keys of this process."""

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


def dependency(kind: type[Kind]) -> Kind:
    """Return the service's own object of this type that `create_app` handed in. Raises KeyError where it did not."""
    return cast("Kind", current_app.extensions["setu_dependencies"][kind])
