"""State of the public directory, for the datapackage: how far the change feed is, and which places are hidden."""

from dataclasses import dataclass

from sqlalchemy import Text, cast, func, select
from sqlalchemy.orm import Session

from directory_service.listings.store.change_feed import feed
from directory_service.listings.store.tables import Location


@dataclass(frozen=True)
class PackageState:
    """`feed` names the database, `last` is the feed's newest number, `hidden` a digest of the confidential places."""

    feed: str
    last: int
    hidden: str


def package_state(session: Session) -> PackageState:
    """The state of now. A change gets its number within a second of its commit; `hidden` tells at once."""
    known, each = feed(session), func.hashtextextended(cast(Location.id, Text), 0)
    hidden = session.execute(
        select(func.count(), func.coalesce(func.sum(each), 0)).select_from(Location).where(Location.confidential)
    ).one()
    return PackageState(str(known.id), known.last, f"{hidden[0]}/{hidden[1]}")
