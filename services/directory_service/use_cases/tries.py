"""Counting tries at the door, per account and per address, before anything is looked at.

Promises: a try is counted in a transaction of its own, so that a refused sign-in does not undo the count. The account's
bucket is keyed by the handle in its one spelling, so other spellings are no new tries, and an unknown account is
throttled like a known one. Keys are digests.
"""

from datetime import datetime

from sqlalchemy.orm import Session

from directory_service.domain.sign_in import TRIES_PER_ACCOUNT, TRIES_PER_ADDRESS, TRY_WINDOW, TooManyTries
from directory_service.store.throttles import give_back
from directory_service.use_cases.tools import AccountTools
from service_kit.db.engine import Database
from service_kit.db.limits import forget, throttle

ACCOUNT, ADDRESS = "sign-in-account", "sign-in-address"


def count_try(db: Database, tools: AccountTools, handle: str, address: str, now: datetime) -> None:
    """Count one try. Raises `TooManyTries` with the seconds to wait."""
    waits = []
    with db.transaction() as session:
        for bucket, key, limit in ((ACCOUNT, handle, TRIES_PER_ACCOUNT), (ADDRESS, address, TRIES_PER_ADDRESS)):
            refused = throttle(session, bucket, digest(tools, bucket, key), limit=limit, window=TRY_WINDOW, now=now)
            if refused is not None:
                waits.append(refused.seconds)
    if waits:
        raise TooManyTries(max(waits))


def give_back_try(session: Session, tools: AccountTools, handle: str, address: str) -> None:
    """The password was right but more is wanted: this was no failed try."""
    give_back(session, ACCOUNT, digest(tools, ACCOUNT, handle))
    give_back(session, ADDRESS, digest(tools, ADDRESS, address))


def forget_tries(session: Session, tools: AccountTools, handle: str, address: str) -> None:
    """The sign-in is complete: the account starts again, the address gets its try back."""
    forget(session, ACCOUNT, digest(tools, ACCOUNT, handle))
    give_back(session, ADDRESS, digest(tools, ADDRESS, address))


def digest(tools: AccountTools, bucket: str, key: str) -> bytes:
    """A keyed digest of what was typed or of the address."""
    return tools.mac.digest(bucket, key.strip().lower().encode())
