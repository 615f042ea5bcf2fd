"""`setu directory …` as a person types it."""

import json
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result
from sqlalchemy import select

from conftest import Keys, environment_of
from directory_service.accounts.domain.staffing import lacks_case_worker
from directory_service.accounts.store.staffing import count_uncoordinated
from directory_service.accounts.use_cases.sample_accounts import NOBODY_HOME
from directory_service.cli import commands
from directory_service.organizations.store.tables import Organization
from service_kit.db.engine import Database
from support.fresh_databases import FreshDatabases, Urls

WEST_DELHI = 85


@pytest.fixture
def urls(fresh_database: Callable) -> Urls:
    return fresh_database("directory")


@pytest.fixture
def setu(urls: Urls, settings_env: Callable) -> Callable[..., Result]:
    environment = settings_env("directory", urls, process="worker")
    return lambda *words: said(environment, *words)


@dataclass(frozen=True)
class Sampled:
    """A directory with the sample's people, for tests that make nothing there; at first there was no room for them."""

    urls: Urls
    environment: dict[str, str]
    accounts_file: Path
    without_room: Result
    told: Result

    def setu(self, *words: object) -> Result:
        return said(self.environment, *words)

    def made(self) -> dict[str, Any]:
        return json.loads(self.accounts_file.read_text())


@pytest.fixture(scope="module")
def sampled(fresh_databases: FreshDatabases, keys: Keys, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Sampled]:
    folder = tmp_path_factory.mktemp("sampled")
    with fresh_databases.clone("directory") as urls:
        environment = environment_of(keys, folder, urls, "worker")
        path = folder / "accounts.json"
        without_room = said(environment, "sample", "--accounts-file", folder / "missing folder" / path.name)
        told = said(environment, "sample", "--officers", 2, "--accounts-file", path)
        yield Sampled(urls, environment, path, without_room, told)


def said(environment: Mapping[str, str], *words: object) -> Result:
    return CliRunner().invoke(commands, [str(word) for word in words], env=environment)


def last_line(result: Result) -> str:
    return result.output.strip().splitlines()[-1]


def test_sample_export_and_import_go_round(setu: Callable[..., Result], tmp_path: Path) -> None:
    assert (
        last_line(setu("sample"))
        == "added 94 changed 0 removed 0 unchanged 0 rejected 0; rows read 94 taken 94 rejected 0"
    )
    assert setu("export", tmp_path / "out.json").exit_code == 0

    again = setu("import", tmp_path / "out.json")

    assert again.exit_code == 0
    assert last_line(again) == "added 0 changed 0 removed 0 unchanged 94 rejected 0; rows read 94 taken 94 rejected 0"


def test_sample_with_accounts_tells_scripts_what_they_need(sampled: Sampled) -> None:
    made = sampled.made()

    assert sampled.accounts_file.stat().st_mode & 0o077 == 0
    assert set(made) == {"accounts", "staff", "service_id", "district", "unit", "provider", "organizations"}
    assert made["accounts"]["officer"]["user"]
    assert made["accounts"]["case_worker"]["totp_secret"]
    roles = {one["role"] for one in made["staff"].values()}
    assert roles == {"case_worker", "coordinator", "provider_manager", "officer"}


def test_people_of_the_sample_are_made_once_and_a_second_time_says_where_their_passwords_are(
    sampled: Sampled, tmp_path: Path
) -> None:
    again = sampled.setu("sample", "--accounts-file", tmp_path / "second.json")

    assert (again.exit_code, "have accounts here already" in again.output) == (1, True)
    assert not (tmp_path / "second.json").exists()


def test_without_room_for_the_passwords_no_person_of_the_sample_is_made(sampled: Sampled) -> None:
    assert sampled.without_room.exit_code == 1
    assert sampled.told.exit_code == 0, sampled.told.output


def test_more_officers_of_the_sample_are_of_its_unit_and_need_a_file_for_their_passwords(
    sampled: Sampled, setu: Callable[..., Result]
) -> None:
    alone = setu("sample", "--officers", 2)

    assert (alone.exit_code, "--officers needs --accounts-file" in alone.output) == (2, True)
    officers = {user: one for user, one in sampled.made()["staff"].items() if one["role"] == "officer"}
    assert list(officers) == ["sample.officer-1", "sample.officer-2"]
    assert len({(one["organization"], one["password"]) for one in officers.values()}) == 1


def test_in_the_sample_nobody_is_home_at_one_provider_and_in_one_district(sampled: Sampled) -> None:
    with Database(sampled.urls.worker).transaction() as session:
        rows = session.scalars(select(Organization).where(Organization.status == "active")).all()
        missing = count_uncoordinated(session)
    lacking = [row.id for row in rows if lacks_case_worker(row.kind, row.staffed)]
    delhi = next(row for row in rows if row.stands_in_for)
    assert lacking == [NOBODY_HOME]
    assert [row.stands_in_for for row in rows if row.stands_in_for] == [[WEST_DELHI]]
    assert (missing.state_bodies, missing.districts) == (0, 0)

    setu = sampled.setu
    assert last_line(setu("whole-state", delhi.id, "--off")) == "It stands in for: none."
    assert last_line(setu("whole-state", delhi.id)) == f"It stands in for: {WEST_DELHI}."
    assert setu("whole-state", NOBODY_HOME).exit_code == 1


def test_republish_tells_how_much_went_out(setu: Callable[..., Result]) -> None:
    setu("sample")

    assert last_line(setu("republish")) == "republished 76 listings and 0 members"


def test_a_file_with_bad_rows_names_them_and_writes_a_report(setu: Callable[..., Result], tmp_path: Path) -> None:
    package = tmp_path / "bad.json"
    rows = [{"id": "1", "name": "No UUID"}]
    package.write_text(json.dumps({"package": "setu-directory", "version": 2, "source": "x", "services": rows}))

    result = setu("import", package, "--report", tmp_path / "report.json")

    assert result.exit_code == 1
    assert "rejected services[0] (No UUID): id: must be a UUID" in result.output
    assert last_line(result) == "added 0 changed 0 removed 0 unchanged 0 rejected 1; rows read 1 taken 0 rejected 1"
    report = json.loads((tmp_path / "report.json").read_text())
    assert report["counts"]["rejected"] == 1
    assert report["rejected"][0]["where"] == "services[0]"


@pytest.mark.parametrize("content", ["", "not JSON", "[]"])
def test_a_file_that_is_none_of_ours_is_refused_in_a_sentence(
    setu: Callable[..., Result], tmp_path: Path, content: str
) -> None:
    (tmp_path / "no.json").write_text(content)

    result = setu("import", tmp_path / "no.json")

    assert result.exit_code == 1
    assert result.output.startswith("Error: no.json is ")


def test_districts_come_from_the_table_as_it_is_published(setu: Callable[..., Result], tmp_path: Path) -> None:
    table = tmp_path / "lgd.csv"
    table.write_text(
        '"State Code","State Name","District Code","District Name","Census 2001 Code","Census 2011 Code"\n'
        '35,"ANDAMAN AND NICOBAR ISLANDS",603,NICOBARS,2,638\n19,"WEST BENGAL",315,KOLKATA,17,342\n'
    )

    assert setu("districts", "import", table).output == "2 districts\n"
    assert setu("sample").exit_code == 0
    assert setu("districts", "import", tmp_path / "absent.csv").exit_code == 2


def test_a_table_without_the_columns_is_refused(setu: Callable[..., Result], tmp_path: Path) -> None:
    (tmp_path / "other.csv").write_text("a,b\n1,2\n")

    result = setu("districts", "import", tmp_path / "other.csv")

    assert result.exit_code == 1
    assert "needs the columns State Code" in result.output
