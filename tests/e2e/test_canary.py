"""What a person said is found nowhere but sealed: not in a log, event, queue, mail, address or metric (rule 6).

A whole demo is walked through with words that occur nowhere else: by the form and by JSON, refused, taken, read,
forwarded by card, withdrawn, and while the database fails under it (500). Then everything that the stack has written is
read, plain, hex, base64, percent and UTF-16: the servers' own files with their write-ahead logs, the broker's, logs,
mails, metrics, and a dump of every table of the three databases.
"""

import urllib.request
import uuid
from dataclasses import dataclass, field

import httpx
import psycopg
import pytest

from local_stack.journey import a_referral, current_version
from local_stack.layout import SERVICES
from local_stack.stack import Stack
from notification_service.domain.webhook_types import DIRECTORY_TYPES, REFERRAL_TYPES
from referral_service.domain.voices import Voice
from support.canary import (
    found,
    found_in_files,
)
from support.demo_stack import (
    Demo,
)
from support.events import eventually
from support.referrals.form import basis_on, form_id_on, named_on
from support.webhooks.sinks import Sink, a_sink

NAME, OTHER_NAME, REFUSED_NAME = "Zqxjkvasha", "Wqzjxvrafiq", "Vqzkjxbina"
NUMBER, OTHER_NUMBER = "9812345670", "9833712345"
NOTES, LANGUAGE = "Jqzxvknote", "qzx-Nkoo-GN"
FLAG, WISH = "OVERDOSE_RISK", "children_with_me"
SAID = (NAME, OTHER_NAME, REFUSED_NAME, NUMBER, OTHER_NUMBER, NOTES, LANGUAGE, FLAG, WISH)


@dataclass
class Walk:
    """What was answered on the way: references of what was sent, addresses that were shown, statuses."""

    references: list[str] = field(default_factory=list)
    addresses: list[str] = field(default_factory=list)
    failures: list[int] = field(default_factory=list)
    code: str = ""
    sink: Sink | None = None


@pytest.fixture(scope="module")
def walk(demo):
    """Everything that may be done with what a person said, once."""
    with a_sink() as sink:
        yield _walked(demo, Walk(sink=sink))


def _walked(demo, walk):
    _add_endpoint(demo, walk.sink)
    officer, nurse, worker = (_api(demo, role) for role in ("officer", "custody_health", "case_worker"))
    first = _sent(walk, officer, _said(demo, NAME, NUMBER))
    walk.code = first["card_code"]
    _sent(walk, nurse, _said(demo, OTHER_NAME, OTHER_NUMBER) | {"setting": "prison", "notes": NOTES})
    _by_the_form(demo, walk)
    _refused(demo, officer)
    _worked_on(worker, first)
    with _broken(demo):
        walk.failures += [officer.post("/api/referrals", json=_said(demo, NAME, NUMBER), headers=_key()).status_code]
        walk.failures += [worker.get(f"/api/referrals/{first['id']}/identity").status_code]
    worker.post("/api/arrivals", json={"code": first["card_code"]})
    _say(demo, first["card_code"])
    assert httpx.post(
        f"{demo.ready['referral']}/api/withdrawals", json={"code": first["card_code"]}, timeout=60
    ).is_success
    eventually(lambda: _all_told(demo, worker, walk.references), seconds=120)
    notices = worker.get(f"{demo.ready['notification']}/api/notices").json()["items"]
    walk.addresses += [notice["link"] for notice in notices]
    return walk


def test_the_walk_failed_where_it_should_and_arrived(walk):
    assert walk.failures == [500, 500]
    assert len(walk.references) == 3


def test_no_file_of_the_stack_holds_what_was_said(demo, walk):
    assert found_in_files(SAID, demo.ready["data_dirs"]) == {}


def test_no_table_no_metric_and_no_address_holds_what_was_said(demo, walk):
    places = {f"setu_{service}": _dump(demo, service) for service in SERVICES}
    places |= {f"metrics of {name}": _metrics(port) for name, port in demo.layout.ports().items() if "metrics" in name}
    places["addresses"] = "\n".join(walk.addresses).encode()

    assert {place: hits for place, blob in places.items() if (hits := found(SAID, blob))} == {}


def test_mails_and_the_notification_service_know_neither_need_nor_service_nor_organisation(demo, walk):
    url = f"{demo.ready['directory']}/api/services/{demo.ready['service_id']}"
    service = httpx.get(url, timeout=60).json()
    names = [service["name"], service["organization"]["name"], "TESTING", "Health check"]

    assert found(names, _dump(demo, "notification")) == set()
    assert found_in_files(names, [demo.layout.mail, demo.layout.logs]) == {}


def test_a_providers_webhooks_hold_a_reference_and_neither_need_nor_service_nor_what_was_said(demo, walk):
    eventually(lambda: len(walk.sink.arrived) >= 2, seconds=120)
    sent = "\n".join(f"{each.path} {each.headers} {each.body.decode()}" for each in walk.sink.arrived).encode()
    service = httpx.get(f"{demo.ready['directory']}/api/services/{demo.ready['service_id']}", timeout=60).json()

    assert found([*SAID, service["name"], service["organization"]["name"], "TESTING", "Health check"], sent) == set()
    assert found([walk.references[0]], sent) == {walk.references[0]}


def test_what_was_said_with_a_card_and_its_code_stand_in_no_file_but_the_counts(demo, walk):
    bare = walk.code.replace("-", "")
    words = sorted(set(Voice) - {Voice.PRESSED})  # which is a part of other words
    hits = found_in_files([walk.code, bare, *words], demo.ready["data_dirs"])

    assert {path for path in hits if "/postgres/" not in path} == set()
    assert set().union(*hits.values()) & {walk.code, bare} == set()
    assert found(words, _dump(demo, "notification")) == set()
    assert found(words, _dump(demo, "referral")) == {"money_or_sex", "badly_treated"}  # a wish goes with the consent


def test_the_look_would_have_found_it(demo, walk):
    """The references, which may stand there, are found in every place; and a word in each of its spellings."""
    reference = walk.references[0]
    found_at = " ".join(found_in_files([reference], demo.ready["data_dirs"]))

    assert "/postgres/" in found_at
    assert "/rabbitmq/" in found_at
    assert str(demo.layout.mail) in found_at
    assert found([reference], _dump(demo, "notification")) == {reference}
    assert found([NAME], f"x{NAME}y".encode().hex().encode())


def _api(demo: Demo, role: str) -> httpx.Client:
    token = demo.signed_in(role).token
    return httpx.Client(base_url=demo.ready["referral"], headers={"Authorization": f"Bearer {token}"}, timeout=20)


def _add_endpoint(demo: Demo, sink: Sink) -> None:
    manager = {"Authorization": f"Bearer {demo.signed_in('provider_manager').token}", **_key()}
    wish = {"url": sink.url, "types": [*DIRECTORY_TYPES, *REFERRAL_TYPES]}
    httpx.post(f"{demo.ready['notification']}/api/webhooks", json=wish, headers=manager, timeout=60).raise_for_status()


def _key() -> dict[str, str]:
    return {"Idempotency-Key": str(uuid.uuid4())}


def _said(demo: Demo, name: str, number: str) -> dict:
    texts = httpx.get(f"{demo.ready['referral']}/api/consent-texts", timeout=60).json()
    body = a_referral(demo.ready, consent_version=current_version(texts))
    person = {
        "name": name,
        "contact": {"method": "phone", "value": f"+91 {number}", "hours": ["18-21"]},
        "language": LANGUAGE,
        "age_band": "45-59",
        "preferences": [WISH],
    }
    return body | {"needs": ["TESTING"], "person": person, "urgent": [FLAG]}


def _sent(walk: Walk, sender: httpx.Client, body: dict) -> dict:
    answer = sender.post("/api/referrals", json=body, headers=_key())
    assert answer.status_code == 201, answer.text
    assert not found(SAID, answer.content)  # the sender cannot read it back
    walk.references.append(answer.json()["reference"])
    walk.addresses.append(answer.headers["Location"])
    return answer.json()


def _by_the_form(demo: Demo, walk: Walk) -> None:
    account, base = demo.ready["accounts"]["officer"], demo.ready["referral"]
    with httpx.Client(base_url=base, headers={"Origin": base}, follow_redirects=True, timeout=20) as browser:
        browser.event_hooks["response"].append(lambda answer: walk.addresses.append(str(answer.request.url)))
        signing_in = {"user": account["user"], "password": account["password"]}
        browser.post(f"{demo.ready['directory']}/sign-in", data=signing_in)
        at = f"/new/{form_id_on(browser.get('/new').text)}"
        place = {"setting": "street", "district": str(demo.ready["district"]), "needs": ["TESTING"]}
        choice = {"service": demo.ready["service_id"], "basis": basis_on(browser.post(f"{at}/place", data=place).text)}
        read_aloud = browser.post(f"{at}/who", data=choice)
        consent = {"language": "en", "interpreted": "no", "channel": "in_person", "answer": "yes", "another": "yes"}
        consent |= {"named": named_on(read_aloud.text), "basis": basis_on(read_aloud.text)}
        person_page = browser.post(f"{at}/consent", data=consent)
        person = {"name": f"{OTHER_NAME}1", "method": "phone", "number": OTHER_NUMBER, "language": "en"}
        person |= {"basis": basis_on(person_page.text)}
        wrong = browser.post(f"{at}/person", data=person | {"age_band": "25-34"})
        assert OTHER_NAME in wrong.text  # a digit in a name is refused, and nothing typed is lost
        review = browser.post(f"{at}/person", data=person | {"name": OTHER_NAME, "age_band": "25-34"})
        assert OTHER_NAME in review.text
        walk.addresses += [value for name, value in browser.cookies.items() if "form" in name]
        sent = browser.post(f"{at}/review", data={"basis": basis_on(review.text)})
        assert sent.status_code == 200
        assert not found(SAID, sent.content)
        newest = browser.get("/api/referrals?limit=1").json()["items"][0]
        walk.references.append(newest["reference"])


def _refused(demo: Demo, officer: httpx.Client) -> None:
    """What was typed wrong, or into the wrong field."""
    good = _said(demo, REFUSED_NAME, NUMBER)
    for wrong in ({"name": f"{REFUSED_NAME}7"}, {"language": REFUSED_NAME}, {"age_band": REFUSED_NAME}):
        body = good | {"person": good["person"] | wrong}
        assert officer.post("/api/referrals", json=body, headers=_key()).status_code == 422
    cut = f'{{"person": {{"name": "{REFUSED_NAME}"'.encode()
    headers = {**_key(), "Content-Type": "application/json"}
    assert officer.post("/api/referrals", content=cut, headers=headers).status_code == 400
    officer.get("/sent", params={"name": REFUSED_NAME, "number": NUMBER})  # access logs drop the query
    officer.get("/api/referrals", params={"name": REFUSED_NAME})
    httpx.post(f"{demo.ready['referral']}/api/withdrawals", json={"code": REFUSED_NAME}, timeout=60)
    httpx.post(
        f"{demo.ready['directory']}/api/session", json={"user": REFUSED_NAME, "password": REFUSED_NAME}, timeout=60
    )


def _say(demo: Demo, code: str) -> None:
    """Everything that the card can say, by JSON and by its page."""
    base = demo.ready["referral"]
    for word in Voice:
        said = {"code": code, "said": word}
        assert httpx.post(f"{base}/api/voices", json=said, timeout=60).status_code == 202
        assert httpx.post(f"{base}/withdraw/say", data=said, headers={"Origin": base}, timeout=60).status_code == 303


def _worked_on(worker: httpx.Client, referral: dict) -> None:
    at = f"/api/referrals/{referral['id']}"
    opened = worker.post(f"{at}/open", json={}, headers={"If-Match": worker.get(at).headers["ETag"]})
    person = worker.get(f"{at}/identity").json()
    assert (person["name"], person["language"]) == (NAME, LANGUAGE)
    assert NAME in worker.get(f"/inbox/{referral['id']}/identity").text
    assert worker.post(f"{at}/accept", json={}, headers={"If-Match": opened.headers["ETag"]}).is_success


class _broken:  # noqa: N801 - reads as what it is in a with statement
    """While it lasts, sealed identities can be neither stored nor read: the table has another name."""

    def __init__(self, demo: Demo) -> None:
        self._owner = _libpq(demo, "referral")

    def __enter__(self) -> None:
        self._rename("identity", "identity_away")

    def __exit__(self, *_: object) -> None:
        self._rename("identity_away", "identity")

    def _rename(self, old: str, new: str) -> None:
        with psycopg.connect(self._owner) as connection:
            connection.execute(f"ALTER TABLE {old} RENAME TO {new}")


def _libpq(demo: Demo, service: str) -> str:
    return Stack(demo.layout).environments.database(service, "owner").replace("+psycopg", "")


def _dump(demo: Demo, service: str) -> bytes:
    with psycopg.connect(_libpq(demo, service)) as connection:
        names = connection.execute(
            "SELECT quote_ident(relname) FROM pg_class WHERE relnamespace = 'public'::regnamespace AND relkind = 'r'"
        ).fetchall()
        rows = []
        for (name,) in names:
            with connection.cursor().copy(f"COPY {name} TO STDOUT") as copy:
                rows += [bytes(row) for row in copy]
    assert rows
    return b"".join(rows)


def _metrics(port: int) -> bytes:
    with urllib.request.urlopen(f"http://127.0.0.1:{port}/metrics", timeout=10) as answer:
        return answer.read()


def _all_told(demo: Demo, worker: httpx.Client, references: list[str]) -> bool:
    with psycopg.connect(_libpq(demo, "referral")) as connection:
        waiting = connection.execute(
            "SELECT (SELECT count(*) FROM outbox WHERE published_at IS NULL) + (SELECT count(*) FROM card_request)"
        ).fetchone()
    notices = worker.get(f"{demo.ready['notification']}/api/notices").json()["items"]
    told = {notice["reference"] for notice in notices}
    mails = b"".join(path.read_bytes() for path in demo.layout.mail.glob("*.eml"))
    return waiting == (0,) and told.issuperset(references) and all(one.encode() in mails for one in references)
