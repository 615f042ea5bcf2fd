"""`/api/token`: a program's API key for a short token, to be sent to the notification service."""

from typing import Any

from marshmallow import Schema, fields

from directory_service.accounts.domain.api_keys import WEBHOOKS
from directory_service.accounts.use_cases.api_keys.exchange_api_key import exchange_api_key
from directory_service.accounts.use_cases.dependencies import Dependencies
from service_kit.web.access.require import maybe_principal, public
from service_kit.web.api import Blueprint
from service_kit.web.context import context, dependency
from service_kit.web.problems import insufficient_scope, unauthenticated

blueprint = Blueprint("token", __name__, url_prefix="/api/token", description="A key for a short token")


class TokenOut(Schema):
    """A signed token, good until `expires_at` (UTC) or until the key ends."""

    token = fields.String(required=True)
    expires_at = fields.AwareDateTime(required=True)


@blueprint.post("")
@public
@blueprint.response(201, TokenOut)
@blueprint.alt_response(401, description="No key, or one that has ended")
@blueprint.alt_response(403, description="A key without the scope `webhooks`: make another")
@blueprint.doc(security=[{"key": []}])
def post_token() -> dict[str, Any]:
    """Exchange the API key of this request, of the scope `webhooks`, for a token of 15 minutes that keeps webhooks."""
    who, tokens = maybe_principal(), dependency(Dependencies).tokens
    if who is None or who.via != "key" or tokens is None:
        raise unauthenticated()
    if WEBHOOKS not in who.key_scopes:
        raise insufficient_scope(WEBHOOKS)
    token, expires_at = exchange_api_key(tokens, who, context().clock.now())
    return {"token": token, "expires_at": expires_at}
