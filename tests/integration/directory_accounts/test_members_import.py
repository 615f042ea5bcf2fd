"""`setu directory members import` and `accounts create`: clear words by line, slips on paper, all or nothing."""

import re
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from pathlib import Path

import pytest
from click.testing import CliRunner, Result
from sqlalchemy import text

from directory_service.cli import commands
from support.accounts import (
    ORIGIN,
    House,
)
from support.events import eventually, waiting_for_locks


@pytest.fixture
def setu(house: House, fresh_environment: dict[str, str]) -> object:
    def run(*arguments: str) -> Result:
        return CliRunner().invoke(commands, arguments, env=fresh_environment)

    return run


def accounts(house: House) -> int:
    with house.worker.transaction() as session:
        return int(session.scalar(text("SELECT count(*) FROM account")) or 0)


def test_a_units_accounts_come_with_slips_that_work(house: House, setu: object, tmp_path: Path) -> None:
    unit = house.organization("police_unit", name="<Station>")
    file, slips = tmp_path / "unit.csv", tmp_path / "slips.html"
    file.write_text(
        "\ufeffname,user_name,role,phone,language\n"
        "Lalrinpuia,aizawl.1,officer,98000 12345,en\n"
        "Zo<thanga>,aizawl.2,unit_supervisor,,bn\n",
        encoding="utf-8",
    )

    done = setu("members", "import", str(file), "--organization", str(unit), "--slips", str(slips))  # type: ignore[operator]  # a fixture that is called

    assert done.exit_code == 0, done.output
    assert "2 members added" in done.output
    assert slips.stat().st_mode & 0o777 == 0o600
    sheet = slips.read_text()
    assert "Zo&lt;thanga&gt;" in sheet
    assert re.findall("</strong><br>(.*?)</p>", sheet) == [
        "Officer, &lt;Station&gt;",
        "Unit supervisor, &lt;Station&gt;",
    ]
    codes = re.findall(r"<code>([A-Z0-9]{4}-[A-Z0-9]{4}-[A-Z0-9]{4})</code>", sheet)
    assert not any(code in done.output for code in codes)
    house.clock.set(datetime.now(UTC))
    form = {"user": "aizawl.1", "slip": codes[0]}
    assert house.client().post("/first-sign-in", data=form, headers=ORIGIN).status_code == 303


def test_a_bad_line_is_named_and_nothing_is_imported(house: House, setu: object, tmp_path: Path) -> None:
    unit, other = house.organization("police_unit"), house.person("case_worker", house.organization("provider"))
    before = accounts(house)
    file, slips = tmp_path / "unit.csv", tmp_path / "slips.txt"
    file.write_text(
        "name,user_name,role,phone,organization\n"
        f"Good,good.one,officer,,{unit}\n"
        f"Bad,x,officer,,{unit}\n"
        f"Bad,bad.role,case_worker,,{unit}\n"
        f"Bad,bad.phone,officer,12,{unit}\n"
        "Bad,bad.place,officer,,not-an-id\n"
        f"Bad,{other.user},officer,,{unit}\n",
        encoding="utf-8",
    )

    refused = setu("members", "import", str(file), "--slips", str(slips))  # type: ignore[operator]  # a fixture that is called

    assert refused.exit_code == 1
    for line, word in ((3, "user_name"), (4, "role"), (5, "phone"), (6, "organization"), (7, "both sides")):
        assert re.search(rf"line {line} .*{word}", refused.output), (line, refused.output)
    assert accounts(house) == before
    assert not slips.exists()

    skip = [part for line in range(3, 8) for part in ("--skip", str(line))]
    done = setu("members", "import", str(file), "--slips", str(slips), *skip)  # type: ignore[operator]  # a fixture that is called
    assert done.exit_code == 0, done.output
    assert accounts(house) == before + 1
    assert "good.one" in slips.read_text()


def test_a_person_who_has_an_account_is_invited_by_the_command_too(house: House, setu: object, tmp_path: Path) -> None:
    officer, court = house.person("officer", house.organization("police_unit")), house.organization("court")
    file, slips = tmp_path / "court.csv", tmp_path / "slips.txt"
    file.write_text(f"name,user_name,role\nSomebody,{officer.user},officer\nNew,new.one,officer\n", encoding="utf-8")

    done = setu("members", "import", str(file), "--organization", str(court), "--slips", str(slips))  # type: ignore[operator]  # a fixture that is called

    assert done.exit_code == 0, done.output
    assert "1 members added, 1 with an account that was there already invited." in done.output
    assert officer.user not in slips.read_text()
    house.clock.set(datetime.now(UTC))
    assert len(house.sign_in(officer).get_json()["memberships"]) == 1
    assert "/accept" in house.browser(officer).get("/invitations").text


def test_a_file_that_is_none_is_refused_in_words(setu: object, tmp_path: Path) -> None:
    file = tmp_path / "bad.csv"

    for content in ("", "a,b\n1,2\n", "name,user_name,role\n", "name,user_name,role,x\n", "\xff"):
        file.write_bytes(content.encode("latin-1"))
        refused = setu("members", "import", str(file), "--slips", str(tmp_path / "slips.txt"))  # type: ignore[operator]  # a fixture that is called

        assert refused.exit_code == 1, content
        assert refused.output.startswith("Error: The "), content


def test_the_very_first_coordinator(house: House, setu: object) -> None:
    body = house.organization("coordinating_body")
    arguments = ("accounts", "create", "--organization", str(body), "--name", "First", "--user-name", "first.one")

    made = setu(*arguments)  # type: ignore[operator]  # a fixture that is called
    again = setu(*arguments)  # type: ignore[operator]  # a fixture that is called
    wrong = setu(*arguments[:4], "--name", "x", "--user-name", "second.one", "--role", "officer")  # type: ignore[operator]  # a fixture that is called

    assert made.exit_code == 0
    assert re.search(r"Code: [A-Z0-9]{4}-[A-Z0-9]{4}-[A-Z0-9]{4}", made.output)
    assert again.exit_code == 1
    assert "already" in again.output
    assert wrong.exit_code == 1


def test_the_first_coordinator_of_an_empty_directory_brings_the_body_along(house: House, setu: object) -> None:
    person = ("accounts", "create", "--name", "First", "--user-name", "first.one")

    made = setu(*person, "--new-body", "Kolkata district coordination", "--body-district", "315")  # type: ignore[operator]  # a fixture that is called
    neither = setu(*person)  # type: ignore[operator]  # a fixture that is called
    half = setu(*person, "--new-body", "A body")  # type: ignore[operator]  # a fixture that is called

    assert made.exit_code == 0, made.output
    code = re.search(r"Code: ([A-Z0-9-]{14})", made.output)
    assert code
    house.clock.set(datetime.now(UTC))
    form = {"user": "first.one", "slip": code[1]}
    assert house.client().post("/first-sign-in", data=form, headers=ORIGIN).status_code == 303
    assert len(house.events("directory.organization.changed.v1")) == 1
    assert neither.exit_code == half.exit_code == 2


def test_rows_are_locked_in_the_one_order_whatever_the_order_of_the_file(
    house: House, setu: object, tmp_path: Path
) -> None:
    """Or it and the worker, which settles who is home in the order of ids, would each wait for the other."""
    first, last = sorted(house.organization("police_unit") for _ in range(2))
    file, slips = tmp_path / "units.csv", tmp_path / "slips.txt"
    file.write_text(
        f"name,user_name,role,organization\nOne,unit.last,officer,{last}\nTwo,unit.first,officer,{first}\n",
        encoding="utf-8",
    )
    lock = text("SELECT FROM organization WHERE id = :id FOR NO KEY UPDATE NOWAIT")

    with ThreadPoolExecutor(1) as pool, house.worker.transaction() as worker:
        worker.execute(lock, {"id": first})
        done = pool.submit(setu, "members", "import", str(file), "--slips", str(slips))  # type: ignore[arg-type]  # a fixture that is called
        eventually(lambda: waiting_for_locks(house.worker) > 0)
        worker.execute(lock, {"id": last})  # raises where the import has it and waits for the first
        worker.rollback()

    assert done.result().exit_code == 0, done.result().output
