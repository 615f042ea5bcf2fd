"""Webhooks in the OpenAPI document: what an endpoint is sent, a type an entry (OpenAPI 3.1, `webhooks`)."""

from collections.abc import Mapping
from typing import Any

from notification_service.domain.webhook_types import KIND_OF, ORGANIZATION_CHANGED, SERVICE_CHANGED, TEST

_ID = {"type": "string", "format": "uuid"}
_LINK = {"type": "string", "format": "uri"}
_GONE = {"type": "boolean", "description": "The id is gone for good."}
_HEADERS = {
    "webhook-id": "The message's id, the same however often it is sent.",
    "webhook-timestamp": "When this attempt left, in seconds since the epoch.",
    "webhook-signature": "`v1,` and base64 of HMAC-SHA256; during a rotation several, with a space between.",
}
_ANSWERS = {
    "2XX": {"description": "Taken."},
    "410": {"description": "Nothing more is wanted: the endpoint is disabled at once."},
    "429": {"description": "Come back later; `Retry-After` in seconds is kept to, up to a day."},
    "default": {"description": "Not taken; tried ten times in seventy-six hours. Redirects are not followed."},
}


def _object(**properties: object) -> dict[str, Any]:
    return {"type": "object", "required": list(properties), "properties": properties}


def _webhook(kind: str, summary: str, data: dict[str, Any]) -> dict[str, Any]:
    body = _object(
        specversion={"const": "1.0"},
        id={"type": "string", "description": "As in `webhook-id`."},
        source=_LINK,
        type={"const": kind},
        subject=_ID,
        time={"type": "string", "format": "date-time"},
        datacontenttype={"const": "application/json"},
        data=data,
    )
    headers = [
        {"in": "header", "name": name, "required": True, "description": words, "schema": {"type": "string"}}
        for name, words in _HEADERS.items()
    ]
    content = {"application/json": {"schema": body}}
    told = {"summary": summary, "parameters": headers, "responses": _ANSWERS, "security": []}
    return {"post": {**told, "requestBody": {"required": True, "content": content}}}


_REFERRAL = "To the provider that has it: something is to be looked at. The link opens after signing in."
WEBHOOKS: Mapping[str, Any] = {
    SERVICE_CHANGED: _webhook(
        SERVICE_CHANGED,
        "A service in the public directory is not what it was; `link` tells what it is now.",
        _object(service_id=_ID, organization_id=_ID, deleted=_GONE, link=_LINK),
    ),
    ORGANIZATION_CHANGED: _webhook(
        ORGANIZATION_CHANGED,
        "A provider in the public directory is not what it was; `link` tells what it is now.",
        _object(organization_id=_ID, deleted=_GONE, link=_LINK),
    ),
    TEST: _webhook(TEST, "A test that somebody asked for.", _object(endpoint_id=_ID)),
    **{
        kind: _webhook(
            kind, _REFERRAL, _object(kind={"const": word}, reference={"type": ["string", "null"]}, link=_LINK)
        )
        for kind, word in KIND_OF.items()
    },
}
"""Type of event → its entry."""
