"""Keep the month's frozen figures, as they come: `referral.figures.frozen.v1`, a whole table, applied if newer.

This changes the table of frozen figures and nothing else; what is not suppressed raises, and the kit parks the event.
"""

from sqlalchemy.orm import Session

from directory_service.partnership.domain.figures import read_figures
from directory_service.partnership.store.figures import put_figures
from service_kit.envelope import Event


def keep_figures(session: Session, event: Event) -> None:
    """Store them under the event's subject. Raises NotSuppressed."""
    put_figures(session, event.subject, read_figures(event.data))
