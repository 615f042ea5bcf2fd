"""Rows of the notification service that outlive a restored backup: sessions that were revoked stay so."""

from service_kit.db.survivors import Survivor

SURVIVORS = (Survivor("revoked_session", "session_id"),)
