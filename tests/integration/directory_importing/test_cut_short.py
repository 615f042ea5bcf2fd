"""Files and downloads that broke off: an error of its own, and nothing is changed."""

import csv
import gzip
import json
import threading
import zipfile
from collections.abc import Callable, Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from directory_service.cli import commands
from directory_service.importing.outside.listing_files import open_listing_files
from directory_service.importing.outside.unreadable import (
    CannotRead,
    CutShort,
)
from directory_service.importing.use_cases.import_removals import TooManyRemovals
from support.importing import (
    said,
    take,
    write_json,
    write_table,
)
from support.kit.examples import examples
from support.listings import (
    Directory,
    an_id,
)

OWNER = {"id": str(an_id("Owner")), "name": "Owner", "description": "Owns."}
DOCUMENTS = [
    {"id": str(an_id(f"Service {each}")), "name": f"Service {each}", "status": "active", "organization": OWNER}
    for each in range(40)
]
ROWS = [
    {"id": str(each), "organization_id": "1", "name": f"Service, {each}", "description": "a\nb"} for each in range(40)
]


def tables(folder: Path) -> Path:
    write_table(folder / "organizations.csv", [{"id": "1", "name": "Owner", "description": "Owns."}])
    write_table(folder / "services.csv", ROWS)
    return folder


def zipped(path: Path) -> bytes:
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("services.json", json.dumps({"services": DOCUMENTS}))
    return path.read_bytes()


WHOLE: dict[str, Callable[[], bytes]] = {
    "list.json": lambda: json.dumps(DOCUMENTS).encode(),
    "object.json": lambda: json.dumps({"services": DOCUMENTS}).encode(),
    "lines.ndjson": lambda: "".join(json.dumps(each) + "\n" for each in DOCUMENTS).encode(),
    "list.json.gz": lambda: gzip.compress(json.dumps(DOCUMENTS).encode()),
}


@pytest.mark.parametrize("name", WHOLE)
def test_a_cut_file_changes_nothing(directory: Directory, tmp_path: Path, name: str) -> None:
    content = WHOLE[name]()
    path = tmp_path / name
    path.write_bytes(content)
    take(directory, path)

    for share in (0.3, 0.5, 0.9, 0.999):
        path.write_bytes(content[: int(len(content) * share)])

        for how in ({"allowed": 30}, {"dry": True}):
            assert is_cut_short(directory, path, **how), (share, how)
        assert read(directory) == 40, share


def test_a_cut_zip_changes_nothing(directory: Directory, tmp_path: Path) -> None:
    content = zipped(tmp_path / "export.zip")
    take(directory, tmp_path / "export.zip")

    for share in (0.2, 0.7, 0.99):
        (tmp_path / "export.zip").write_bytes(content[: int(len(content) * share)])

        said = is_cut_short(directory, tmp_path / "export.zip")
        assert "the list of files at the end of the zip is missing" in said, share


def is_cut_short(directory: Directory, path: Path | str, **how: Any) -> str:
    """What it is told with; nothing, if it was taken for whole."""
    try:
        take(directory, path, **how)
    except CutShort as error:
        return str(error)
    return ""


@settings(max_examples=examples(60), deadline=None, suppress_health_check=list(HealthCheck))
@given(st.integers(1, 1_200))
def test_a_cut_table_removes_nothing_wherever_it_is_cut(directory: Directory, tmp_path: Path, lost: int) -> None:
    """At the end of a row nothing in the file tells; then what is missing does."""
    folder = tables(tmp_path / "county")
    take(directory, folder)
    services = folder / "services.csv"
    whole = services.read_bytes()
    services.write_bytes(whole[: max(len(whole) - lost, 60)])

    try:
        report = take(directory, folder, dry=True)
    except (CutShort, TooManyRemovals):
        return
    assert report.counts["removed"] == 0 or whole[-lost - 1 : -lost] in {b"\r", b"\n"}, said(report)
    assert report.counts["removed"] <= 4
    services.write_bytes(whole)


def test_a_table_that_ends_within_a_row_is_told_with_its_line(directory: Directory, tmp_path: Path) -> None:
    folder = tables(tmp_path / "county")
    path = folder / "services.csv"
    whole = path.read_bytes().rstrip()

    for end, says in (
        ('\n41,1,"Soup', "a quote that opens in line 82 is not closed"),
        ("\n41,1", "its last row, line 82, has too few cells and no line break"),
    ):
        path.write_bytes(whole + end.encode())
        assert says in is_cut_short(directory, folder), end


def test_a_last_row_without_a_line_break_goes_in_and_removes_nothing(directory: Directory, tmp_path: Path) -> None:
    folder = tables(tmp_path / "county")
    take(directory, folder)
    write_table(folder / "services.csv", ROWS[:-1])
    path = folder / "services.csv"
    path.write_bytes(path.read_bytes().rstrip())

    report = take(directory, folder)

    assert report.counts["removed"] == 0
    assert "services.csv: no line break at the end, so it may be cut; nothing is removed" in said(report)


def read(directory: Directory) -> int:
    with directory.worker.transaction() as session:
        return int(
            session.connection().exec_driver_sql("SELECT count(*) FROM service WHERE deleted_at IS NULL").scalar_one()
        )


class Answer:
    """What a server sends: headers, and then whatever bytes."""

    def __init__(self) -> None:
        self.headers: dict[str, str] = {}
        self.pages: list[bytes] = [b""]
        self.asked = 0


@pytest.fixture
def server() -> Iterator[tuple[Answer, str]]:
    answer = Answer()

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            page = answer.pages[min(answer.asked, len(answer.pages) - 1)]
            answer.asked += 1
            self.send_response(200)
            for name, value in answer.headers.items():
                self.send_header(name, value)
            self.end_headers()
            self.wfile.write(page)

        def log_message(self, *_: object) -> None:
            pass

    listening = HTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=listening.serve_forever, daemon=True)
    thread.start()
    yield answer, f"http://127.0.0.1:{listening.server_port}/directory.json"
    listening.shutdown()
    listening.server_close()
    thread.join()


LINES = WHOLE["lines.ndjson"]()
HALF = LINES[: LINES.index(b"\n", len(LINES) // 2) + 1]  # whole lines: only the headers tell


BROKEN_OFF: tuple[tuple[dict[str, str], bytes, str], ...] = (
    ({"Content-Length": str(len(LINES))}, HALF, f"{len(HALF)} of {len(LINES)} bytes came"),
    ({"Transfer-Encoding": "chunked"}, b"%x\r\n%s" % (len(LINES), HALF), "IncompleteRead"),
    ({"Transfer-Encoding": "chunked"}, b"%x\r\n%s\r\n" % (len(HALF), HALF), "is cut short"),
    ({"Content-Encoding": "gzip"}, gzip.compress(LINES)[:-4], "is cut short"),
)


def test_a_download_that_broke_off_is_an_error(directory: Directory, server: tuple[Answer, str]) -> None:
    answer, address = server

    for headers, body, says in BROKEN_OFF:
        answer.headers, answer.pages = headers, [body]
        assert says in is_cut_short(directory, address), (headers, says)
        assert answer.asked, headers
        answer.asked = 0


def test_a_download_that_is_packed_reads_like_the_file(directory: Directory, server: tuple[Answer, str]) -> None:
    answer, address = server
    answer.headers, answer.pages = {"Content-Encoding": "gzip"}, [gzip.compress(LINES)]

    assert take(directory, address).counts["added"] == 41


def test_a_list_that_breaks_off_between_its_pages_is_an_error(directory: Directory, server: tuple[Answer, str]) -> None:
    answer, address = server
    page = {"total_pages": 2, "total_items": 40, "contents": DOCUMENTS[:20]}

    for second in (b'{"total_pages": 2, "conte', b"", b"[]"):
        answer.pages, answer.asked = [json.dumps(page).encode(), second], 0
        said = is_cut_short(directory, address)
        assert "after 20 items came an answer that is not a page of the list" in said, second


def test_a_list_that_counts_more_than_it_gives_is_an_error(
    directory: Directory, server: tuple[Answer, str], tmp_path: Path
) -> None:
    answer, address = server

    for held in (0, 39):
        page = {"total_pages": 1, "total_items": 40, "contents": DOCUMENTS[:held]}
        answer.pages, answer.asked = [json.dumps(page).encode()], 0
        assert f"it counts 40 items and gave {held}" in is_cut_short(directory, address)
        file = write_json(tmp_path / "page.json", page)
        assert f"it counts 40 items and has {held}" in is_cut_short(directory, file)


def test_what_is_no_table_at_all_is_told_in_a_sentence(tmp_path: Path) -> None:
    csv.field_size_limit(2**31 - 1)  # as another library of the process does
    for name, content in (("binary.csv", bytes(range(256)) * 40), ("wide.csv", b"id,name\n1," + b"x" * 17_000_000)):
        path = tmp_path / name
        path.write_bytes(content)
        with pytest.raises(CannotRead, match=r"is not readable"), open_listing_files(str(path)) as listing:
            list(listing.entries())


def test_a_damaged_zip_is_told_in_a_sentence(tmp_path: Path) -> None:
    content = bytearray(zipped(tmp_path / "export.zip"))
    content[60:80] = b"\xff" * 20
    (tmp_path / "export.zip").write_bytes(content)

    with (
        open_listing_files(str(tmp_path / "export.zip")) as listing,
        pytest.raises(CannotRead, match="is not readable"),
    ):
        list(listing.entries())


def test_the_command_ends_with_four(fresh_database: Callable, settings_env: Callable, tmp_path: Path) -> None:
    environment = settings_env("directory", fresh_database("directory"), process="worker")
    (tmp_path / "list.json").write_bytes(WHOLE["list.json"]()[:-3])

    for more in ([], ["--dry-run"]):
        result = CliRunner().invoke(commands, ["import", str(tmp_path / "list.json"), *more], env=environment)

        assert result.exit_code == 4, result.output
        assert "is cut short. Nothing was changed." in result.stderr


def test_our_own_package_that_was_cut_is_an_error(directory: Directory, tmp_path: Path) -> None:
    path = write_json(tmp_path / "own.json", {"package": "setu-directory", "version": 1, "organizations": []})
    path.write_bytes(path.read_bytes()[:-2])

    with pytest.raises(CutShort):
        take(directory, path)


def test_the_report_is_flat_however_many_rows_are_kept_out(directory: Directory, tmp_path: Path) -> None:
    bad: list[Any] = [{"name": f"Bad {each}", "status": "perhaps"} for each in range(3_000)]
    report = take(directory, write_json(tmp_path / "list.json", [DOCUMENTS[0], *bad]))

    assert len(report.rejected) == len(list(report.rejected)) == 3_000
    assert len(list(report.lines())) == 1_001
    assert "rejected 2000 more: --report FILE names every one" in said(report)
    report.close()
