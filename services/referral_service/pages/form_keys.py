"""Idempotency of forms that make something: a key in the form, and what its first sending made.

Why: a double press, or a reload after a lost answer, would write a request down twice. Promises: the same form with the
same content makes one thing; the same form with other content, as after going back, makes another. When not to use it:
where a version stands in the form, which is late the second time by itself.
"""

from collections.abc import Mapping
from datetime import datetime
from urllib.parse import urlencode
from uuid import UUID

from flask import request
from sqlalchemy.orm import Session

from service_kit.db.idempotency import replay_or_claim
from service_kit.identity import Principal
from service_kit.web.context import context
from service_kit.web.idempotency import key_from_text

FIELD = "form_key"


def form_key(typed: Mapping[str, str]) -> str:
    """The key of the form that is shown: the one that was sent, else a new one."""
    return typed.get(FIELD) or context().ids.random(16).hex()


def made_before(session: Session, who: Principal, new_id: UUID, now: datetime) -> UUID | None:
    """The id of what this form made before; None where it is the first time, and `new_id` is being made."""
    if not request.form.get(FIELD):
        return None
    sent = urlencode([*request.form.items(multi=True)])  # the body itself was read when the form was
    once = key_from_text(f"{request.path}?{sent}")
    return replay_or_claim(session, account=who.account, key=once, fingerprint=b"", now=now, resource=new_id)
