"""Event type → one function.

The directory hears nothing: knowledge flows from it to the others (docs/adr/0002). Its queue is there all the same, and
what somebody puts into it by hand is parked by the kit (`setu directory parked`) instead of lost.
"""

from collections.abc import Callable, Mapping

from sqlalchemy.orm import Session

from service_kit.envelope import Event

HANDLERS: Mapping[str, Callable[[Session, Event], None]] = {}
