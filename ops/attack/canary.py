"""Canary: what a person said stands nowhere but sealed, whatever was done with it; every file of the stack is read.

Spelled plain, in hex, percent, UTF-16 and base64. The test suite has the same for every table (tests/e2e).
"""

import base64
import os
import string
from collections.abc import Iterator
from pathlib import Path

from attack.report import Report, Severity
from attack.target import Target, wait_for
from referral_service.domain.voices import Voice


def play(target: Target, report: Report) -> None:
    """Say it, refuse it, read it, withdraw it; then look."""
    words = tuple("".join(target.rng.choices(string.ascii_lowercase, k=18)) for _ in range(3))  # names have no digits
    number = f"98{target.rng.randrange(10**8):08}"
    person = {
        "name": words[0],
        "contact": {"method": "phone", "value": f"+91 {number}", "hours": ["18-21"]},
        "language": "en",
        "age_band": "25-34",
    }
    sent = target.send_referral(person=person)
    for event in ("open", "accept"):
        target.act("case_worker", sent["id"], event, {}).raise_for_status()
    with target.bearer("case_worker", "referral") as client:
        client.get(f"/api/referrals/{sent['id']}/identity").raise_for_status()
        client.get(f"/inbox/{words[1]}")
    with target.bearer("officer", "referral") as client:
        client.post("/api/referrals", json={"person": {"name": words[1]}}, headers={"Idempotency-Key": target.uuid()})
        client.post("/api/referrals", content=f'{{"person": "{words[2]}'.encode(), headers={"Idempotency-Key": "x"})
    with target.anonymous("referral") as client:
        client.post("/api/voices", json={"code": sent["card_code"], "said": Voice.PRESSED})
        client.post("/api/withdrawals", json={"code": sent["card_code"]})
    wait_for(lambda: False, 3)
    said = {
        "name": words[0],
        "number": number,
        "refused name": words[1],
        "malformed body": words[2],
        "card code": sent["card_code"],
    }
    for path in _files(target):
        content = _read(path)
        for what, word in said.items():
            found = any(spelling in content for spelling in _spellings(word))
            report.check(not found, Severity.HIGH, f"the {what} stands in {path}")


def _files(target: Target) -> Iterator[Path]:
    for folder in target.ready["data_dirs"]:
        for place, _, names in os.walk(folder):
            yield from (Path(place, name) for name in names)


def _read(path: Path) -> bytes:
    try:
        return path.read_bytes() if path.is_file() else b""
    except OSError:  # a server tidied it away meanwhile
        return b""


def _spellings(word: str) -> Iterator[bytes]:
    raw = word.encode()
    yield from {raw, raw.lower(), raw.hex().encode(), raw.hex().upper().encode(), word.encode("utf-16-le")}
    yield "".join(f"%{byte:02X}" for byte in raw).encode()
    for offset in range(3):
        text = base64.b64encode(bytes(offset) + raw).rstrip(b"=")
        certain = text[4:] if offset else text
        yield certain[:-1] if (offset + len(raw)) % 3 else certain
