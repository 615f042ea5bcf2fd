"""Formula cells: text that a spreadsheet would run is refused where it is typed or uploaded, and is in no export."""

import csv
import io
import time
import zipfile

import httpx

from attack.report import Report, Severity
from attack.target import Target

_CELLS = (
    '=HYPERLINK("http://evil.example","x")', "+1+cmd|' /C calc'!A0", "-2+3+cmd|' /C calc'!A0", "@SUM(1)", "\t=1+1",
    "\r=1+1", "\n=1+1", " =1+1", "＝1+1", "\u200b=1+1", "\ufeff=1+1", "\u00a0=1+1", "\u3000=1+1", "\u2060=1+1",
    "\x0b=1+1",
)  # fmt: skip
_FIELDS = (
    "name",
    "alternate_name",
    "description",
    "fees_description",
    "application_process",
    "interpretation_services",
)
_RUNS = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")
_TRIES = 30  # two seconds apart
_UNSEEN = "\u200b\ufeff\u00a0\u3000\u2060\x0b \u200c\u200d\u00ad"


def play(target: Target, report: Report) -> None:
    """Typed through the API and the key, uploaded as a sheet, and looked for in what is given out."""
    path = f"/api/services/{target.ready['service_id']}"
    with target.bearer("provider_manager", "directory") as client:
        before = client.get(path).json()
        for cell in _CELLS:
            for field in _FIELDS:
                answer = _patch(client, path, {field: cell})
                if answer.is_success:
                    client.delete(f"{path}/change-request")
                    _patch(client, path, {field: before.get(field)})
                words = f"PATCH {field} = {cell!r} is answered {answer.status_code}"
                report.check(
                    answer.status_code in {400, 422}, Severity.LOW, words, f"PATCH {path} {{{field!r}: {cell!r}}}"
                )
    _upload(target, report)
    _look_in_exports(target, report)


def _patch(client: httpx.Client, path: str, change: dict[str, object]) -> httpx.Response:
    headers = {"If-Match": client.get(path).headers["etag"], "Content-Type": "application/merge-patch+json"}
    return client.patch(path, json=change, headers=headers)


def _upload(target: Target, report: Report) -> None:
    with target.browser("provider_manager", "directory") as client:
        own = client.get("/listings/upload/services.csv")
        rows = list(csv.DictReader(io.StringIO(own.content.decode("utf-8-sig"))))
        if not report.check(rows, Severity.LOW, "the provider's own sheet is empty"):
            return
        column = next(name for name in rows[0] if "name" in name.lower())
        for cell in _CELLS:
            sheet = _sheet([rows[0] | {column: cell}, *rows[1:]])
            sent = client.post(
                "/listings/upload", files={"sheet": ("s.csv", sheet, "text/csv")}, data={"missing": "keep"}
            )
            shown = client.get(sent.headers["location"]) if sent.status_code == 303 else sent
            takes = 'name="seen"' in shown.text
            report.check(not takes, Severity.LOW, f"an uploaded sheet with {column} = {cell!r} can be confirmed")


def _sheet(rows: list[dict[str, str]]) -> bytes:
    text = io.StringIO()
    writer = csv.DictWriter(text, rows[0].keys())
    writer.writeheader()
    writer.writerows(rows)
    return text.getvalue().encode()


def _look_in_exports(target: Target, report: Report) -> None:
    with target.anonymous("directory") as client:
        package = _package(client)
    with target.browser("provider_manager", "directory") as client:
        sheets = {"services.csv of the provider": client.get("/listings/upload/services.csv").content}
    for name, content in {**_files(package), **sheets}.items():
        for row in csv.reader(io.StringIO(content.decode("utf-8-sig"))):
            for cell in row:
                report.check(not _runs(cell), Severity.LOW, f"{name} holds the cell {cell[:60]!r}")


def _package(client: httpx.Client) -> httpx.Response:
    """The datapackage, waited for where another attack has just hidden a place: then the worker makes it anew."""
    for _ in range(_TRIES):
        package = client.get("/api/export/datapackage.zip")
        if package.status_code != 503:
            break
        time.sleep(2)
    return package


def _files(package: httpx.Response) -> dict[str, bytes]:
    with zipfile.ZipFile(io.BytesIO(package.content)) as archive:
        return {name: archive.read(name) for name in archive.namelist() if name.endswith(".csv")}


def _runs(cell: str) -> bool:
    said = cell.lstrip(_UNSEEN)
    is_number = said[:1] in "+-" and said[1:].translate(str.maketrans("", "", " ().-/x,e")).isdigit()
    return said.startswith(_RUNS) and not is_number
