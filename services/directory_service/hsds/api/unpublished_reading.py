"""A provider's own service that the public does not see: while its organisation is pending, or while it waits itself.

At the same address as what is public, for the provider's manager and for a key that may read; to everybody else it is
not there. Its ETag is what a change is made from. Not for a public service with a change that waits: everybody reads
the same there, and the change has an address of its own.
"""

import json
from uuid import UUID

from flask import Response

from directory_service.accounts.domain.api_keys import READ
from directory_service.editing.use_cases.editable import NotThere
from directory_service.editing.use_cases.own_services import own_service
from directory_service.editing.use_cases.provider_document import provider_document
from service_kit.errors import NotFound
from service_kit.web.access.require import maybe_principal
from service_kit.web.context import context
from service_kit.web.etag import set_etag


def own_answer(service_id: UUID) -> Response:
    """200 with the whole service, or the 404 problem."""
    who = maybe_principal()
    if who is None or not (who.role == "provider_manager" or READ in who.key_scopes):
        raise NotFound
    with context().db.transaction(who.scope) as session:
        try:
            own = own_service(session, who.organization, service_id)
        except NotThere:
            raise NotFound from None
        document = provider_document(session, own)
    return set_etag(Response(json.dumps(document, ensure_ascii=False), content_type="application/json"), own.tag)
