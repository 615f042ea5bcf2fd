"""`setu directory …` as a person types it."""

import json
from collections.abc import Callable
from pathlib import Path

import pytest
from click.testing import CliRunner, Result
from sqlalchemy import select

from directory_service.accounts.domain.staffing import lacks_case_worker
from directory_service.accounts.store.staffing import count_uncoordinated
from directory_service.accounts.use_cases.sample_accounts import NOBODY_HOME
from directory_service.cli import commands
from directory_service.organizations.store.tables import Organization
from service_kit.db.engine import Database
from support.fresh_databases import Urls

WEST_DELHI = 85


@pytest.fixture
def urls(fresh_database: Callable) -> Urls:
    return fresh_database("directory")


@pytest.fixture
def setu(urls: Urls, settings_env: Callable) -> Callable[..., Result]:
    environment = settings_env("directory", urls, process="worker")
    return lambda *words: CliRunner().invoke(commands, [str(word) for word in words], env=environment)


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


def test_sample_with_accounts_tells_scripts_what_they_need(setu: Callable[..., Result], tmp_path: Path) -> None:
    path = tmp_path / "accounts.json"

    result = setu("sample", "--accounts-file", path)

    assert result.exit_code == 0, result.output
    made = json.loads(path.read_text())
    assert path.stat().st_mode & 0o077 == 0
    assert set(made) == {"accounts", "staff", "service_id", "district", "unit", "provider", "organizations"}
    assert made["accounts"]["officer"]["user"]
    assert made["accounts"]["case_worker"]["totp_secret"]
    assert {one["role"] for one in made["staff"].values()} == {"case_worker", "coordinator", "provider_manager"}


def test_people_of_the_sample_are_made_once_and_a_second_time_says_where_their_passwords_are(
    setu: Callable[..., Result], tmp_path: Path
) -> None:
    setu("sample", "--accounts-file", tmp_path / "first.json")

    again = setu("sample", "--accounts-file", tmp_path / "second.json")

    assert (again.exit_code, "have accounts here already" in again.output) == (1, True)
    assert not (tmp_path / "second.json").exists()


def test_without_room_for_the_passwords_no_person_of_the_sample_is_made(
    setu: Callable[..., Result], tmp_path: Path
) -> None:
    without_room = setu("sample", "--accounts-file", tmp_path / "missing folder" / "accounts.json")

    assert without_room.exit_code == 1
    assert setu("sample", "--accounts-file", tmp_path / "accounts.json").exit_code == 0


def test_more_officers_of_the_sample_are_of_its_unit_and_need_a_file_for_their_passwords(
    setu: Callable[..., Result], tmp_path: Path
) -> None:
    path = tmp_path / "accounts.json"

    alone, with_file = setu("sample", "--officers", 2), setu("sample", "--officers", 2, "--accounts-file", path)

    assert (alone.exit_code, "--officers needs --accounts-file" in alone.output) == (2, True)
    assert with_file.exit_code == 0, with_file.output
    officers = {user: one for user, one in json.loads(path.read_text())["staff"].items() if one["role"] == "officer"}
    assert list(officers) == ["sample.officer-1", "sample.officer-2"]
    assert len({(one["organization"], one["password"]) for one in officers.values()}) == 1


def test_in_the_sample_nobody_is_home_at_one_provider_and_in_one_district(
    setu: Callable[..., Result], urls: Urls, tmp_path: Path
) -> None:
    setu("sample", "--accounts-file", tmp_path / "accounts.json")

    with Database(urls.worker).transaction() as session:
        rows = session.scalars(select(Organization).where(Organization.status == "active")).all()
        missing = count_uncoordinated(session)
    lacking = [row.id for row in rows if lacks_case_worker(row.kind, row.staffed)]
    delhi = next(row for row in rows if row.stands_in_for)
    assert lacking == [NOBODY_HOME]
    assert [row.stands_in_for for row in rows if row.stands_in_for] == [[WEST_DELHI]]
    assert (missing.state_bodies, missing.districts) == (0, 0)

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
