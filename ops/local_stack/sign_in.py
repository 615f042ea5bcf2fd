"""Sign-in over the API, for whatever drives a running system. Not for `make attack`, which counts its tries."""

import time
from collections.abc import Mapping
from datetime import UTC, datetime

import pyotp

from local_stack.http_json import Client, Unexpected


def sign_in(directory: str, account: Mapping[str, str]) -> str:
    """Give a session's token. `account` is one of ready.json, `directory` that service's address. Raises Unexpected.

    A code of a second factor works once; the one before the current comes first and leaves the current to whoever is
    next. Where others used all that are good now, this waits for the next, at most half a minute.
    """
    sessions, body = f"{directory}/api/session", {"user": account["user"], "password": account["password"]}
    if not (secret := account.get("totp_secret")):
        return _token(sessions, body)
    codes = pyotp.TOTP(secret)
    for offset in (-1, 0, 1):
        try:
            return _token(sessions, body | {"code": codes.at(datetime.now(UTC), counter_offset=offset)})
        except Unexpected:
            continue
    time.sleep(codes.interval - time.time() % codes.interval)
    return _token(sessions, body | {"code": codes.at(datetime.now(UTC), counter_offset=1)})


def _token(sessions: str, body: Mapping[str, str]) -> str:
    return str(Client().post(sessions, body, expect=201).body["token"])
