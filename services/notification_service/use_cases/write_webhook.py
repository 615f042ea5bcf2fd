"""Write the body of one webhook: a thin event that says what it is about and where to look, and no more.

Of a public fact its ids and its address in the directory; of a referral the kind, the reference and the team's page.
Promises: the same bytes at every repetition. The fields are those of CloudEvents 1.0, as in our own events.
"""

import json
from collections.abc import Mapping
from datetime import UTC

from notification_service.domain.links import Links
from notification_service.domain.notices import Place
from notification_service.domain.webhook_types import KIND_OF, ORGANIZATION_CHANGED, SERVICE_CHANGED, webhook_id
from notification_service.store.tables_webhooks import WebhookRow
from setu.roles import CASE_WORKER


def write_webhook(message: WebhookRow, links: Links) -> str:
    """Return the body, as sent and as shown to its owner."""
    about_referral = message.type in KIND_OF
    document = {
        "specversion": "1.0",
        "id": webhook_id(message.id),
        "source": links.referral_url if about_referral else links.directory_url,
        "type": message.type,
        "subject": str(message.subject_id),
        "time": message.happened_at.astimezone(UTC).isoformat().replace("+00:00", "Z"),
        "datacontenttype": "application/json",
        "data": _data(message, links),
    }
    return json.dumps(document, separators=(",", ":"))


def _data(message: WebhookRow, links: Links) -> Mapping[str, object]:
    subject = str(message.subject_id)
    if message.type in KIND_OF:
        link = links.to(Place.INBOX, message.subject_id, CASE_WORKER)
        return {"kind": KIND_OF[message.type], "reference": message.reference, "link": link}
    if message.type == SERVICE_CHANGED:
        link = f"{links.directory_url}/api/services/{subject}"
        owner = str(message.owner_id)
        return {"service_id": subject, "organization_id": owner, "deleted": message.gone, "link": link}
    if message.type == ORGANIZATION_CHANGED:
        link = f"{links.directory_url}/api/organizations/{subject}"
        return {"organization_id": subject, "deleted": message.gone, "link": link}
    return {"endpoint_id": subject}
