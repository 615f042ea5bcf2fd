"""Event type → one function.

The directory hears one thing: the month's suppressed figures, which its meetings look at. Everything else flows from it
to the others (docs/adr/0002); what somebody puts into its queue by hand is parked by the kit (`setu directory parked`).
"""

from collections.abc import Callable, Mapping

from sqlalchemy.orm import Session

from directory_service.partnership.use_cases.keep_figures import keep_figures
from service_kit.envelope import Event

HANDLERS: Mapping[str, Callable[[Session, Event], None]] = {"referral.figures.frozen.v1": keep_figures}
