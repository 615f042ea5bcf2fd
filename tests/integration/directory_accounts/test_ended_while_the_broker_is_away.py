"""A session that ends at the directory ends in the other two services though no event reaches them: they ask."""

from collections.abc import Callable, Iterator
from contextlib import ExitStack
from dataclasses import dataclass, replace
from datetime import timedelta
from uuid import UUID

import pytest
from flask import Flask
from sqlalchemy import text

from directory_service.accounts.domain.api_keys import WEBHOOKS
from directory_service.accounts.use_cases.api_keys.end_api_key import end_api_key
from directory_service.accounts.use_cases.api_keys.make_api_key import make_api_key
from notification_service.app import create_app as notification_app
from notification_service.settings import load as load_notification
from referral_service.app import create_app as referral_app
from referral_service.settings import load as load_referral
from service_kit.clock import FrozenClock
from service_kit.web.access.issuer_client import PAUSE, STANDS_FOR, IssuerClient
from support.accounts import ORIGIN, House, Person
from support.lasting_services import Connected
from support.session_heartbeats import Seconds, asking, served, told_until

SERVICES = (
    ("referral", load_referral, referral_app, "/api/referrals"),
    ("notification", load_notification, notification_app, "/api/notices"),
)
LATE = timedelta(minutes=3)


@dataclass
class OtherTwo:
    """Both services beside a directory that listens; no event reaches them, not even a heartbeat for three minutes."""

    house: House
    apps: dict[str, tuple[Flask, Connected, str]]
    seconds: Seconds
    directory: ExitStack

    def answers(self, headers: dict[str, str]) -> list[int]:
        return [app.test_client().get(path, headers=headers).status_code for app, _, path in self.apps.values()]

    def hear_a_heartbeat(self) -> None:
        for _, database, _ in self.apps.values():
            told_until(database.worker, self.house.clock.now())

    def wait_out_the_cache(self) -> None:
        self.seconds.now += STANDS_FOR + 0.1


@pytest.fixture
def others(
    house: House, connected_database: Callable[[str], Connected], settings_env: Callable[..., dict[str, str]]
) -> Iterator[OtherTwo]:
    with ExitStack() as stack, ExitStack() as directory:
        base = directory.enter_context(served(house.app))
        made = OtherTwo(house, {}, Seconds(), directory)
        for name, load, create, path in SERVICES:
            database = connected_database(name)
            told_until(database.worker, house.clock.now() - LATE)
            settings = load(settings_env(name, database.urls))
            app = create(settings, clock=house.clock, db=database.web)
            stack.enter_context(asking(app, IssuerClient(base, monotonic=made.seconds)))
            made.apps[name] = app, database, path
        yield made


def sign_out(house: House, leaver: Person, headers: dict[str, str]) -> None:
    assert house.client().delete("/api/session", headers=headers).status_code == 204


def end_membership(house: House, leaver: Person, headers: dict[str, str]) -> None:
    who = house.client().get("/api/session", headers=headers).get_json()
    supervisor = house.browser(house.person("unit_supervisor", UUID(who["organization"])))
    assert supervisor.post(f"/members/{who['membership']}/end", headers=ORIGIN).status_code == 303


def change_password(house: House, leaver: Person, headers: dict[str, str]) -> None:
    typed = {"password": leaver.password, "new_password": "another long sentence of words"}
    assert house.browser(leaver).post("/account/password", data=typed, headers=ORIGIN).status_code == 303


WAYS: tuple[Callable[[House, Person, dict[str, str]], None], ...] = (sign_out, end_membership, change_password)


def test_it_ends_within_half_a_minute_in_each_way_and_nobody_elses_does(house: House, others: OtherTwo) -> None:
    unit = house.organization("police_unit")
    leavers = {end: house.person("officer", unit) for end in WAYS}
    leaving = {end: house.bearer(leaver) for end, leaver in leavers.items()}
    staying = house.bearer(house.person("officer", unit))
    for headers in (*leaving.values(), staying):
        assert others.answers(headers) == [200, 200]

    for end, leaver in leavers.items():
        end(house, leaver, leaving[end])
    others.wait_out_the_cache()

    assert {end: others.answers(headers) for end, headers in leaving.items()} == {end: [401, 401] for end in WAYS}
    assert others.answers(staying) == [200, 200]


def test_a_programs_token_ends_with_its_key(house: House, others: OtherTwo) -> None:
    provider, now = house.organization("provider"), house.clock.now()
    with house.worker.transaction() as session:
        more = {"scopes": (WEBHOOKS,), "good_for": None, "by": None, "now": now}
        key = make_api_key(session, house.dependencies, provider, "hooks", **more)
    answer = house.client().post("/api/token", headers={"Authorization": f"Bearer {key}"})
    token = {"Authorization": f"Bearer {answer.get_json()['token']}"}
    webhooks = others.apps["notification"][0].test_client()
    assert webhooks.get("/api/webhooks", headers=token).status_code == 200

    with house.worker.transaction() as session:
        [key_id] = session.scalars(text("SELECT id FROM api_key"))
        assert end_api_key(session, house.dependencies, key_id, by=None, now=now)
    others.wait_out_the_cache()

    assert webhooks.get("/api/webhooks", headers=token).status_code == 401


def test_what_is_known_to_have_ended_stays_so_when_the_directory_goes_away_too(house: House, others: OtherTwo) -> None:
    unit = house.organization("police_unit")
    leaver = house.person("officer", unit)
    leaving, staying = house.bearer(leaver), house.bearer(house.person("officer", unit))
    sign_out(house, leaver, leaving)
    assert others.answers(leaving) == [401, 401]

    others.directory.close()
    others.wait_out_the_cache()

    assert others.answers(leaving) == [401, 401]
    assert others.answers(staying) == [200, 200], "nobody can end a session now, and the work goes on"


def test_a_session_that_is_ahead_of_the_directorys_clock_is_locked_out_nowhere(
    house: House, others: OtherTwo, monkeypatch: pytest.MonkeyPatch
) -> None:
    token = house.bearer(house.person("officer", house.organization("police_unit")))
    on_time, behind = house.app.extensions["setu"], FrozenClock(house.clock.now() - timedelta(minutes=5))
    with monkeypatch.context() as patched:
        patched.setitem(house.app.extensions, "setu", replace(on_time, clock=behind))
        assert house.client().get("/api/session", headers=token).status_code == 401
        assert others.answers(token) == [200, 200]

    assert house.client().get("/api/session", headers=token).status_code == 200
    assert others.answers(token) == [200, 200]


def test_once_a_heartbeat_comes_again_nobody_is_asked(house: House, others: OtherTwo) -> None:
    officer = house.person("officer", house.organization("police_unit"))
    token = house.bearer(officer)
    others.directory.close()
    assert others.answers(token) == [200, 200]
    others.seconds.now += PAUSE  # it would be time to ask again

    others.hear_a_heartbeat()
    asked = []
    for app, *_ in others.apps.values():
        app.extensions["setu_session_issuer"].ask = asked.append

    assert others.answers(token) == [200, 200]
    assert asked == []
