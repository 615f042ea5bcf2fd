"""Gauge of people who are sent nothing since a restored backup has an older contact of them; `setu doctor` reads it."""

from notification_service.store import contact_versions
from service_kit import metrics
from service_kit.db.engine import Database

_outdated = metrics.gauge(
    "contacts_outdated",
    "People whose contact changed after the backup that was restored, so that they are sent nothing",
)


def measure_contacts(db: Database) -> None:
    """Set the gauge to what is so now."""
    with db.transaction() as session:
        _outdated.set(contact_versions.count_outdated(session))
