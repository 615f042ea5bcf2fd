"""The first month's page, followed to the letter: its commands and its files make two districts that can refer."""

import re
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

import pytest
from click.testing import CliRunner, Result
from flask.testing import FlaskClient
from sqlalchemy import select, text

from directory_service.cli import commands
from directory_service.organizations.store.state_bodies import districts_overseen
from directory_service.organizations.store.tables import District, Organization
from local_stack.demo import accounts_since
from referral_service.consumers import HANDLERS
from referral_service.store.directory import listed_in
from referral_service.store.districts import served_districts
from service_kit.db.engine import Database
from service_kit.db.tables import outbox
from service_kit.envelope import Event
from support.accounts import House
from support.registry import AIZAWL, Registry, confirm_file, first_sign_in, let_in, post, send_file, slips_in

DOCS = Path(__file__).parents[3] / "docs"
PAGE = (DOCS / "rollout.md").read_text()
FILES = dict(re.findall(r"```csv (\S+)\n(.*?)```", PAGE, re.DOTALL))
COMMANDS = [line for block in re.findall(r"```sh\n(.*?)```", PAGE, re.DOTALL) for line in block.splitlines()]
ANSWERS = (
    "15\nMizoram\n\n261=Aizawl\n262=Lunglei\n\nMizoram SACS\n261\nnobody\n"
    "Puia=puia\n\nA=officer.a\nB=officer.b\n\nslips.txt\n"
)
Setu = Callable[..., Result]


@pytest.fixture
def setu(house: House, worker_environment: dict[str, str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Setu:
    monkeypatch.chdir(tmp_path)
    house.clock.set(datetime.now(UTC))
    return lambda line, answers=None: CliRunner().invoke(
        commands,
        [part.strip('"') for part in re.findall(r'"[^"]*"|\S+', line)][2:],
        env=worker_environment,
        input=answers,
    )


def test_by_the_page_alone_two_districts_can_refer(
    house: House, setu: Setu, tmp_path: Path, fresh_database: Callable
) -> None:
    (tmp_path / "lgd-districts.csv").write_text(
        "S No.,State Code,State Name (In English),District Code,District Name(In English)\n"
        "1,15,Mizoram,261,AIZAWL\n2,15,Mizoram,263,CHAMPHAI\n"
    )
    for line in (each for each in COMMANDS if "--state" in each or "districts import" in each):
        done = setu(line)
        assert done.exit_code == 0, (line, done.output)
    first = slips_in((tmp_path / "slips.html").read_text())
    assert set(first) == {"lalrinpuia", "zothanga", "mawia"}

    coordinator = first_sign_in(house, *first["lalrinpuia"])
    assert confirm_file(coordinator, send_file(coordinator, "/registry/upload", FILES["units.csv"])).status_code == 303
    slips = slips_in(confirm_file(coordinator, send_file(coordinator, "/members/upload", FILES["people.csv"])).text)
    assert len(slips) == FILES["people.csv"].count("\n") - 1
    strength = send_file(coordinator, "/registry/strength/upload", FILES["strength.csv"])
    assert confirm_file(coordinator, strength).status_code == 303
    managers = [first_sign_in(house, *slips[name]) for name in ("hmingthanga", "biaksangi")]
    case_workers = [by_hand(manager, name) for manager, name in zip(managers, ("liana", "nunui"), strict=True)]
    referral = Database(fresh_database("referral").worker)
    tell(house, referral)
    with referral.transaction() as session:
        assert served_districts(session) == [], "providers that wait are offered to nobody"
    assert [answer.status_code for answer in let_in(coordinator)] == [403, 403], "who entered them"
    data_officer = first_sign_in(house, *first["zothanga"], factor=True)
    assert [answer.status_code for answer in let_in(data_officer, *managers)] == [303, 303]
    for case_worker in case_workers:
        first_sign_in(house, *case_worker, factor=True)
    for officer in ("lalthanpuii", "zonunmawia"):
        first_sign_in(house, *slips[officer])

    tell(house, referral)
    with referral.transaction() as session:
        assert served_districts(session) == [261, 262]
        for district in (261, 262):
            (offered,) = listed_in(session, district)
            assert offered.somebody_home
            assert "OST" in offered.needs
    referral.dispose()


def by_hand(manager: FlaskClient, user_name: str) -> tuple[str, str]:
    """What a manager types on the first morning: a service, then a case worker; the slip of this one."""
    service = {"name": "Medicine and counselling", "needs": "OST", "phone_number.0": "98300 12345", "accepting": "open"}
    assert post(manager, "/listings/new", **service).status_code == 303
    added = post(manager, "/members/new", name="A Name", user_name=user_name, role="case_worker", language="en")
    return slips_in(manager.get(added.location).text)[user_name]


def tell(house: House, referral: Database) -> None:
    """What the relay and the other service's consumer do between them."""
    with house.worker.transaction() as session:
        bodies = list(session.scalars(select(outbox.c.body).order_by(outbox.c.position)))
    with referral.transaction() as session:
        for event in (Event.from_bytes(body.encode()) for body in bodies):
            if event.type in HANDLERS:
                HANDLERS[event.type](session, event)


def test_the_files_of_a_providers_manager_are_taken_as_the_page_has_them(registry: Registry) -> None:
    provider = registry.house.organization("provider", district=AIZAWL)
    manager = registry.house.browser(registry.house.person("provider_manager", provider))

    assert confirm_file(manager, send_file(manager, "/listings/upload", FILES["services.csv"])).status_code == 303
    slips = slips_in(confirm_file(manager, send_file(manager, "/members/upload", FILES["case-workers.csv"])).text)

    assert set(slips) == {"lalnunmawii"}
    assert "Medicine and counselling" in manager.get("/listings").text


def test_the_command_asks_for_what_it_is_not_told_and_starts_a_state_once(
    house: House, setu: Setu, tmp_path: Path, worker_environment: dict[str, str]
) -> None:
    worker = worker_environment["SETU_DATABASE_URL"]
    assert accounts_since(worker) == (0, None)

    before = datetime.now(UTC).date()
    asked = setu("setu directory start-state", ANSWERS)

    assert asked.exit_code == 0, asked.output
    assert "opens on this machine alone" not in asked.output
    assert "[]" not in asked.output
    assert asked.output.count("At least 1 needed, 0 given so far.") == 1
    assert "/first-sign-in; the coordinator goes on at" in asked.output
    count, since = accounts_since(worker)
    assert (count, since is not None and before <= since <= datetime.now(UTC).date()) == (3, True)
    assert "“nobody” needs two parts" in asked.output
    sheet = (tmp_path / "slips.txt").read_text()
    assert set(slips_in(sheet)) == {"puia", "officer.a", "officer.b"}
    assert "Puia\nCoordinator, Mizoram SACS\n" in sheet
    assert "B\nData officer, Mizoram SACS\n" in sheet
    with house.worker.transaction() as session:
        (body,) = session.scalars(select(Organization))
        assert (body.name, body.district_code, body.record["whole_state"]) == ("Mizoram SACS", 261, True)
        assert set(districts_overseen(session, body.id)) == set(session.scalars(select(District.code)))
        roles = session.scalars(text("SELECT role FROM membership ORDER BY role")).all()
    assert list(roles) == ["coordinator", "data_officer", "data_officer"]
    again = setu("setu directory start-state", ANSWERS.replace("slips.txt", "more.txt").replace("puia", "other"))
    assert again.exit_code == 1
    assert "has a body of its own already: Mizoram SACS" in again.output
    assert not (tmp_path / "more.txt").exists()
    mended = setu(next(line for line in COMMANDS if "whole-state" in line).replace("BODY", str(body.id)))
    assert mended.exit_code == 0, mended.output


def test_a_wrong_answer_makes_nothing(house: House, setu: Setu) -> None:
    line = next(each for each in COMMANDS if "--state" in each)
    for right, wrong in (("261=Aizawl", "99999=Nowhere"), ("--body-district 261", "--body-district 315")):
        refused = setu(line.replace(right, wrong))
        assert refused.exit_code == 1, refused.output
    with house.worker.transaction() as session:
        assert session.scalars(select(Organization)).all() == []


@pytest.mark.parametrize("address", ["http://127.0.0.1:8001", "http://localhost:8001", "http://[::1]:8001"])
def test_an_address_that_nobody_elsewhere_can_open_is_told_and_the_state_is_started_all_the_same(
    house: House, setu: Setu, worker_environment: dict[str, str], address: str
) -> None:
    worker_environment["SETU_DIRECTORY_URL"] = address

    done = setu("setu directory start-state", ANSWERS)

    assert done.exit_code == 0, done.output
    assert f"{address} opens on this machine alone" in done.output.partition("LGD code")[0], "before anything is asked"
    section = re.search(r"begin with “(.*?)” in docs/(\S+)\.", done.output)
    assert section
    assert f"### {section[1]}" in (DOCS / section[2]).read_text()


def test_a_file_of_members_names_units_by_their_codes_at_the_command_too(
    house: House, setu: Setu, tmp_path: Path
) -> None:
    unit = house.organization("police_unit", name="Station")
    with house.worker.transaction() as session:
        session.get_one(Organization, unit).code = "MZ-1"
    (tmp_path / "a.csv").write_text("name,user_name,role,organization\nA Name,a.name,officer,mz-1\n")

    done = setu("setu directory members import a.csv --slips s.txt")

    assert done.exit_code == 0, done.output
    with house.worker.transaction() as session:
        assert session.scalar(text("SELECT organization_id FROM membership")) == unit
