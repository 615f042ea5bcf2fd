"""Sealed form answers: what was typed in a session that ended comes back to its account alone, without JavaScript.

Why: browsers are shared, and whoever signs in next at one must neither read nor send what somebody else typed.
Promises: one field, unreadable in the page's source, for `LIFETIME`, for one address, and for the membership whose
session it was; not for whoever holds the account after a reset. Passwords, codes and files are not in it. Nothing lies
on the server. When not to use it: for a form that goes on over several pages (`sealed_cookie.py`).
"""

import re
from dataclasses import dataclass
from datetime import timedelta
from enum import Enum
from typing import Any

from flask import request
from werkzeug.datastructures import ImmutableMultiDict

from service_kit.identity import Principal
from service_kit.web import form_owner, uploads
from service_kit.web.context import context
from service_kit.web.form_owner import owner_of
from service_kit.web.parsing import LARGEST_BODY
from service_kit.web.sealed_text import SealedText

FIELD = "kept_answers"
LIFETIME = timedelta(minutes=30)
_SEALED = SealedText("answers of an ended session", LIFETIME, packs=True)
_LARGEST = LARGEST_BODY - 1024  # what comes back is a form, too
_NEVER_KEPT = re.compile(r"code|.*(password|secret|totp).*", re.IGNORECASE)
"""Names of fields; a postal code, or that of a district, is no secret."""


@dataclass(frozen=True)
class KeptAnswers:
    """What a page carries; `asks_again`: whether something that was typed or chosen is not in it."""

    sealed: str
    minutes_left: int
    asks_again: bool


class NotKept(Enum):
    """Why nothing is kept: what the page says of it."""

    OWNER_UNKNOWN = "owner-unknown"
    ANOTHERS_PAGE = "anothers-page"
    TOO_LARGE = "too-large"
    TOO_OLD = "too-old"


def keep_answers(owner: Principal | None) -> KeptAnswers | NotKept:
    """What was sent, sealed for its owner; what was sealed once stays as it is, whoever sends it."""
    uploads.make_room()
    if uploads.was_cut():
        return NotKept.TOO_LARGE
    sealed = request.form.get(FIELD, "")
    if not sealed:
        if owner is None:
            return NotKept.OWNER_UNKNOWN
        if form_owner.is_of_another(owner):
            return NotKept.ANOTHERS_PAGE
        sealed = _seal(owner)
    if len(sealed) > _LARGEST:
        return NotKept.TOO_LARGE
    plain = _SEALED.open(sealed)
    if plain is None:
        return NotKept.TOO_OLD
    minutes_left = int((plain["until"] - context().clock.now().timestamp()) // 60)
    return KeptAnswers(sealed, minutes_left, plain["asks_again"])


def restore_answers(who: Principal | None) -> bool:
    """Put what was kept in the place of the form that brought it; False where it is not theirs, or its time is over."""
    plain = _SEALED.open(request.form[FIELD])
    if plain is None or who is None or (plain["owner"], plain["path"]) != (owner_of(who), request.path):
        return False
    request.form = ImmutableMultiDict([(name, value) for name, value in plain["fields"]])
    return True


def _seal(owner: Principal) -> str:
    typed = [field for field in request.form.items(multi=True) if field[0] != form_owner.FIELD]
    has_secret = any(value for name, value in typed if _is_secret(name))
    plain: dict[str, Any] = {
        "owner": owner_of(owner),
        "path": request.path,
        "fields": [field for field in typed if not _is_secret(field[0])],
        "asks_again": has_secret or any(file.filename for file in request.files.values()),
    }
    return _SEALED.seal(plain)


def _is_secret(name: str) -> bool:
    return _NEVER_KEPT.fullmatch(name) is not None
