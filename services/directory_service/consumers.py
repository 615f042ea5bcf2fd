"""Event type → one function.

The directory hears one event, the month's frozen figures. The pages that show them are not there yet, so nothing is
taken: the kit parks what arrives, and it is replayed (`setu directory parked`) once a function stands here.
"""

from collections.abc import Callable, Mapping

from sqlalchemy.orm import Session

from service_kit.messaging.envelope import Event

HANDLERS: Mapping[str, Callable[[Session, Event], None]] = {}
