"""One referral, end to end, over HTTP alone: the proof that a running Setu works.

`make demo`, `make compose-check` and a test drive it. An officer signs in and sends a referral with the person's
consent; the provider's case worker is told, opens it, reads the identity and accepts; the officer sees "accepted" only.
"""

import time
import uuid
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any, TypeVar

from local_stack.http_json import Answer, Client, Unexpected
from local_stack.sign_in import sign_in

T = TypeVar("T")
NAME = "Trial Asha"  # one of the samples, which a trial takes, too
OFFICER_SEES = {
    "id", "reference", "state", "reason", "version", "changed_at", "submitted_at", "setting", "district", "needs",
    "service_id", "priority",
}  # fmt: skip


class Broken(Exception):
    """The journey did not go as promised; the message says at which step, and what was seen instead."""


@dataclass(frozen=True)
class Walked:
    """What the journey saw: the referral's reference, and seconds from sending to the provider's notice."""

    reference: str
    told_after_s: float


@dataclass(frozen=True)
class Journey:
    """`ready` is what ready.json holds: three addresses, accounts, a service and a district."""

    ready: Mapping[str, Any]

    def walk(self, *, patience_s: float = 30.0) -> Walked:
        """Drive one referral. Raises Broken, or Unexpected with the first wrong answer."""
        with self._signed_in("officer") as officer, self._signed_in("case_worker") as worker:
            referral, sent_at = self._submit(officer, patience_s)
            notice = self._notice_about(worker, referral["reference"], patience_s)
            told_after = time.monotonic() - sent_at
            url = f"{self.ready['referral']}/api/referrals/{referral['id']}"
            self._open_and_accept(worker, url)
            self._officer_sees_accepted(officer, url)
        if NAME.lower() in str(notice).lower():
            raise Broken("the notice holds the person's name")
        return Walked(referral["reference"], told_after)

    @contextmanager
    def _signed_in(self, role: str) -> Iterator[Client]:
        person = Client(sign_in(self.ready["directory"], self.ready["accounts"][role]))
        yield person
        person.send("DELETE", f"{self.ready['directory']}/api/session", expect=204)

    def _submit(self, officer: Client, patience_s: float) -> tuple[dict[str, Any], float]:
        base, key = self.ready["referral"], str(uuid.uuid4())
        texts = officer.get(f"{base}/api/consent-texts").body
        body = a_referral(self.ready, consent_version=current_version(texts))

        def send() -> tuple[Answer, float]:
            sent_at = time.monotonic()
            return officer.post(f"{base}/api/referrals", body, expect=201, Idempotency_Key=key), sent_at

        # In a stack that has just started, the service's event may still be on its way from the directory.
        created, sent_at = _until(send, patience_s)
        if "location" not in created.headers or "etag" not in created.headers:
            raise Broken("a created referral lacks Location or ETag")
        referral = created.body.get("referral", created.body)
        return referral, sent_at

    def _notice_about(self, worker: Client, reference: str, patience_s: float) -> dict[str, Any]:
        def look() -> dict[str, Any]:
            notices = worker.get(f"{self.ready['notification']}/api/notices").body["items"]
            found = [notice for notice in notices if notice["reference"] == reference]
            if not found:
                raise Unexpected(f"no notice about {reference} reached the case worker")
            return dict(found[0])

        return _until(look, patience_s)

    def _open_and_accept(self, worker: Client, url: str) -> None:
        task = worker.get(url)
        opened = worker.post(f"{url}/open", {}, expect=200, If_Match=task.headers["etag"])
        identity = worker.get(f"{url}/identity").body
        if identity["name"] != NAME:
            raise Broken("the case worker does not read the name that the officer sent")
        actions = worker.get(f"{url}/actions").body["actions"]
        if "accept" not in actions:
            raise Broken(f"an opened referral offers {actions}, not accept")
        worker.post(f"{url}/accept", {}, expect=200, If_Match=opened.headers["etag"])

    def _officer_sees_accepted(self, officer: Client, url: str) -> None:
        seen = officer.get(url).body
        if seen["state"] != "accepted":
            raise Broken(f"the officer sees the state {seen['state']!r}, not accepted")
        if more := set(seen) - OFFICER_SEES:
            raise Broken(f"the officer sees more than the contract allows: {sorted(more)}")
        officer.get(f"{url}/identity", expect=403)


def a_referral(ready: Mapping[str, Any], *, consent_version: str) -> dict[str, Any]:
    """Give the body of one complete referral with consent, for the service of ready.json."""
    return {
        "setting": "station",
        "district": ready["district"],
        "needs": ["OST"],
        "service_id": ready["service_id"],
        "consent": {
            "answer": "yes",
            "version": consent_version,
            "language": "en",
            "interpreted": False,
            "channel": "in_person",
            "another_service": True,
        },
        "person": {
            "name": NAME,
            "contact": {"method": "none"},
            "language": "en",
            "gender": "not_said",
            "age_band": "25-34",
        },
    }


def current_version(texts: Any) -> str:
    """Find the version to record among the consent texts that the API lists."""
    if isinstance(texts, dict):
        for name in ("current", "version"):
            if isinstance(texts.get(name), str):
                return str(texts[name])
        texts = texts.get("items") or texts.get("versions") or texts.get("texts") or []
    first = texts[0]
    return str(first["version"] if isinstance(first, dict) else first)


def _until(attempt: Callable[[], T], patience_s: float) -> T:
    deadline = time.monotonic() + patience_s
    while True:
        try:
            return attempt()
        except Unexpected:
            if time.monotonic() > deadline:
                raise
            time.sleep(0.1)
