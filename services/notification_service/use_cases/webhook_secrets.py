"""Secrets of webhook endpoints: derived from the row and this service's own key, so that none is stored.

Why: the web process shows a secret once, the worker signs with it, and a dump of the database holds nothing to forge
with. Under another `SETU_MAC_KEY` every secret is another one: endpoints have to be rotated then.
"""

from uuid import UUID

from notification_service.domain.webhook_types import secret_name
from service_kit.keyring import MacKey


def secret_of(mac: MacKey, endpoint: UUID, generation: int) -> bytes:
    """Return the 32 bytes of one generation of an endpoint's secret."""
    return mac.digest("webhook secret", secret_name(endpoint, generation))
