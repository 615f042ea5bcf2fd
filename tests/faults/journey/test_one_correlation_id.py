"""One search in the logs finds a referral's way through the services, and in no log a word about the person."""

import json
import uuid
from pathlib import Path

from local_stack.journal_clients import Clients
from support.canary import found_in_files
from support.events import eventually
from support.faults.whole_system import WholeSystem

ON_ITS_WAY = ("referral-web", "referral-worker", "notification-worker")
CANARY = "Qxzwjkvmeena"
PHONE = "9876512340"


def lines_of(log: Path) -> list[dict[str, object]]:
    return [json.loads(line) for line in log.read_text().splitlines() if line.startswith("{")]


def test_the_request_that_sent_a_referral_is_found_at_each_process_on_its_way(system: WholeSystem) -> None:
    clients = Clients(system, "correlation")
    body = {**clients.body, "person": a_person(clients)}

    answer = clients.people["officer"].ask("POST", clients.url, body, Idempotency_Key=str(uuid.uuid4()))

    assert answer is not None
    assert answer.status_code == 201, answer.text
    wanted = answer.headers["X-Request-Id"]
    for part in ON_ITS_WAY:
        eventually(lambda: mentions(system.log_of(part), wanted))  # noqa: B023 (within this turn of the loop)
    read_identity(clients, answer.json()["id"])
    assert not found_in_files([CANARY, PHONE], [str(system.stack.layout.logs)])


def a_person(clients: Clients) -> dict[str, object]:
    return {
        **clients.body["person"],
        "name": CANARY,
        "contact": {"method": "phone", "value": PHONE, "hours": ["09-12"]},
    }


def mentions(log: Path, correlation_id: str) -> bool:
    """In a field of JSON lines, where a log search looks."""
    return any(
        correlation_id == line.get("correlation_id") or correlation_id in line.get("correlation_ids", ())  # type: ignore[operator]  # a fixture that is called
        for line in lines_of(log)
    )


def read_identity(clients: Clients, referral: str) -> None:
    """The person's data do come out where they are meant to: what is looked for below is the right thing."""
    worker, url = clients.people["case_worker"], f"{clients.url}/{referral}"
    tag = worker.insist("GET", url)[0].headers["ETag"]
    assert worker.insist("POST", f"{url}/open", {}, If_Match=tag)[0].status_code == 200
    shown = worker.insist("GET", f"{url}/identity")[0].json()
    assert (shown["name"], shown["contact"]["value"][-10:]) == (CANARY, PHONE)
