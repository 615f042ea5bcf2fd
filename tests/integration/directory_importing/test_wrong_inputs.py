"""Some eighty wrong inputs: one plain sentence each, nothing changed, no traceback. One directory for all of them."""

import gzip
import io
import json
import zipfile
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path

import pytest
from sqlalchemy import text

from conftest import Keys, environment_of
from directory_service.importing.outside.unreadable import CannotRead
from directory_service.importing.use_cases.directory_package import NotAPackage
from directory_service.importing.use_cases.import_removals import TooManyRemovals
from directory_service.settings import load
from service_kit.db.engine import Database
from support.fresh_databases import FreshDatabases
from support.importing import take, write_json
from support.listings import Directory, an_id

OWNER = {"id": str(an_id("Owner")), "name": "Owner", "description": "Owns."}
SERVICE = {"id": str(an_id("Soup")), "name": "Soup", "status": "active", "organization_id": OWNER["id"]}
UNOWNED = {"id": str(an_id("Bread")), "name": "Bread", "status": "active"}
PLACE = {"id": str(an_id("Hall")), "name": "Hall", "location_type": "physical", "organization_id": OWNER["id"]}
TABLE = "No,NGO,Centre,Type,Opened,Lat\n1,Nodi,A,OST,1.2.2020,22\n"
MAPPING = 'key = "No"\n[organization]\nname = "NGO"\n[service]\nname = "Centre"\n'


def zipped(**files: str) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        for name, content in files.items():
            archive.writestr(name.replace("__", "."), content)
    return buffer.getvalue()


def claiming_gigabytes(archive: bytes) -> bytes:
    """A zip whose list of members says that each is of 4 GB."""
    head, *members = archive.split(b"PK\x01\x02")
    return b"PK\x01\x02".join([head, *(member[:20] + b"\xf0\xff\xff\xff" + member[24:] for member in members)])


def lines(*documents: object) -> bytes:
    return "".join(json.dumps(each) + "\n" for each in documents).encode()


FILES: dict[str, tuple[str, bytes]] = {
    "empty": ("a.csv", b""),
    "blank": ("a.json", b"  \n"),
    "a picture": ("a.csv", b"\x89PNG\r\n\x1a\n" + bytes(range(256)) * 8),
    "a picture called json": ("a.json", b"\x89PNG\r\n\x1a\n" + bytes(range(256)) * 8),
    "a program": ("a.txt", b"\x7fELF" + bytes(4_000)),
    "a pdf": ("a.csv", b"%PDF-1.7\n" + bytes(range(128, 256)) * 30 + b"\x00\x01"),
    "utf-16 without a mark": ("a.csv", "id,name\n1,x\n".encode("utf-16-le")),
    "utf-16 cut within a letter": ("a.csv", "id,name\n1,x\n".encode("utf-16")[:-1]),
    "utf-8 cut within a letter": ("a.json", '[{"name": "é'.encode()[:-1]),
    "not the marked encoding": ("organizations.csv", b"\xef\xbb\xbfid,name\n1,caf\xe9 " + b"x" * 50),
    "a web page": ("a.csv", b"<!DOCTYPE html><html><body>404</body></html>"),
    "a web page called json": ("a.json", b"<html></html>"),
    "xml": ("a.csv", b"<?xml version='1.0'?><a/>"),
    "words": ("a.doc", b"Dear all, here is the list."),
    "a cell without end": ("organizations.csv", b"id,name\n1," + b"x" * 17_000_000),
    "an open quote": ("organizations.csv", b'id,name\n1,"Nodi\n2,Alo\n'),
    "a row cut short": ("organizations.csv", b"id,name,url\n1,Nodi,x\n2"),
    "a table of another kind": ("clinics.csv", TABLE.encode()),
    "a heading twice": ("services.csv", b"id,name,status,name\n1,Nodi,active,Alo\n"),
    "headings alone": ("organizations.csv", b"id,name\n"),
    "headings of no table": ("services.csv", b"a,b\n1,2\n"),
    "json that stops": ("a.json", b'[{"id": "1", "name": "x"'),
    "json without its bracket": ("a.json", json.dumps([SERVICE]).encode()[:-1]),
    "json with more behind": ("a.json", json.dumps([SERVICE]).encode() + b"[]"),
    "json with single quotes": ("a.json", b"[{'id': 1}]"),
    "json too deep": ("a.json", b"[" * 100_000),
    "an object too deep": ("a.json", b'{"services": ' + b'[{"services": ' * 50_000),
    "a number alone": ("a.json", b"[7]"),
    "a text alone": ("a.json", b'["services"]'),
    "null": ("a.json", b"[null]"),
    "an empty list": ("a.json", b"[]"),
    "an empty object": ("a.json", b"{}"),
    "an error of a server": ("a.json", b'{"type": "about:blank", "title": "Not Found", "status": 404}'),
    "what is nothing of ours": ("a.json", b'[{"colour": "red"}]'),
    "a list that is none": ("a.json", b'{"services": {"id": 1}}'),
    "a service of nobody": ("a.json", json.dumps([{"id": "1", "name": "x", "status": "active"}]).encode()),
    "a service without a name": (
        "a.json",
        json.dumps([{"id": "1", "status": "active", "organization_id": "2"}]).encode(),
    ),
    "half a character": ("a.json", b'[{"id": "1", "name": "\\ud800", "description": "x"}]'),
    "a null byte": ("a.json", b'[{"id": "1", "name": "a\\u0000b", "description": "x"}]'),
    "not a number": ("a.json", b'[{"id": "1", "name": "x", "description": "x", "year_incorporated": NaN}]'),
    "no number inside a place": ("a.json", lines({**PLACE, "latitude": "?"}).replace(b'"?"', b"NaN")),
    "a number without bounds": ("a.json", lines({**PLACE, "longitude": "?"}).replace(b'"?"', b"-Infinity")),
    "a number beyond numbers": ("a.json", lines({**PLACE, "latitude": "?"}).replace(b'"?"', b"1e999")),
    "a whole number beyond numbers": ("a.json", lines({**PLACE, "latitude": 10**400})),
    "an organisation whose id is true": ("a.json", lines({**UNOWNED, "organization": {"id": True}})),
    "an organisation whose id is a list": ("a.json", lines({**UNOWNED, "organization": {"id": [1], "name": "x"}})),
    "an organisation that is an id": ("a.json", lines({**UNOWNED, "organization": OWNER["id"]})),
    "a place that is an id": (
        "a.json",
        lines({"name": "x", "status": "active", "service_at_locations": [{"location": PLACE["id"]}]}),
    ),
    "a service at a place whose organisation is an id": (
        "a.json",
        lines({"id": "1", "service": {**UNOWNED, "organization": OWNER["id"]}, "location": {"id": "2"}}),
    ),
    "a number without end": ("a.json", b'[{"id": 1' + b"0" * 5_000 + b', "name": "x", "description": "x"}]'),
    "an id that is a list": ("a.json", b'[{"id": [1], "name": "x", "description": "x"}]'),
    "a page that counts more": ("a.json", b'{"total_items": 9, "total_pages": 1, "contents": []}'),
    "lines that break off": ("a.ndjson", lines(OWNER) + b'{"id": "2", "na'),
    "lines that are none": ("a.ndjson", b"{nonsense}\n{more}\n"),
    "gzip without its end": ("a.json.gz", gzip.compress(json.dumps([SERVICE]).encode())[:-5]),
    "gzip that is damaged": ("a.json.gz", b"\x1f\x8b\x08\x00" + b"x" * 40),
    "gzip of a picture": ("a.csv.gz", gzip.compress(b"\x89PNG" + bytes(3_000))),
    "a zip of nothing of ours": ("a.zip", zipped(readme__txt="x")),
    "a zip without its end": ("a.zip", zipped(a__json="[]")[:-10]),
    "a zip of empty json": ("a.zip", zipped(a__json="")),
    "a zip of a wrong table": ("a.zip", zipped(clinics__csv=TABLE)),
    "a zip that unpacks without end": ("a.zip", claiming_gigabytes(zipped(a__csv="id", b__csv="id"))),
    "a spreadsheet that unpacks without end": (
        "a.xlsx",
        claiming_gigabytes(zipped(xl_workbook__xml="x")).replace(b"xl_workbook", b"xl/workbook"),
    ),
    "a spreadsheet that is none": ("a.xlsx", b"id,name\n1,x\n"),
    "a spreadsheet that is damaged": ("a.xlsx", zipped(xl_workbook__xml="x").replace(b"xl_workbook", b"xl/workbook")),
    "our package, cut": ("a.json", b'{"package": "setu-directory", "version": 1, "services": ['),
    "our package, cut at a bracket": ("a.json", b'{"package": "setu-directory", "version": 1, "services": [{}'),
    "our package, of another version": ("a.json", b'{"package": "setu-directory", "version": 9}'),
    "our package, with no number": (
        "a.json",
        b'{"package": "setu-directory", "version": 1, "organizations": [{"name": "x", "hsds": {"year": 1e999}}]}',
    ),
    "our package, with another list": ("a.json", b'{"package": "setu-directory", "version": 1, "services": 7}'),
}

MAPPINGS: dict[str, str] = {
    "no toml": "key = ",
    "nothing": "",
    "a column that is not there": MAPPING.replace('"NGO"', '"Society"'),
    "a number for a column": MAPPING.replace('"Centre"', "3"),
    "a field that is none": MAPPING + 'colour = "Type"\n',
    "a part that is no table": 'address = "x"\n' + MAPPING,
    "a key of nothing": MAPPING.replace('key = "No"', "key = []"),
    "split without part": MAPPING + 'description = { column = "Type", split = ";" }\n',
    "column and value": MAPPING + 'description = { column = "Type", value = "x" }\n',
    "codes that are none": MAPPING + 'description = { column = "Type", codes = ["x"] }\n',
    "a status that is none": MAPPING + 'status = { value = "open" }\n',
    "a format that is none": MAPPING + 'assured_date = { column = "Opened", format = "day" }\n',
    "a need that is none": MAPPING
    + '[[terms]]\ncolumn = "Type"\ntaxonomy = "harm-reduction-in/needs"\ncodes = { "OST" = "X" }\n',
    "terms without codes": MAPPING + '[[terms]]\ncolumn = "Type"\ntaxonomy = "x"\n',
    "terms that are none": 'terms = "Type"\n' + MAPPING,
    "a sheet of a table": 'sheet = "Other"\n' + MAPPING,
}


@pytest.fixture(scope="module")
def stocked(
    fresh_databases: FreshDatabases, keys: Keys, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Directory]:
    """A directory with one service, that nothing here may change."""
    with fresh_databases.clone("directory") as urls:
        environment = environment_of(keys, tmp_path_factory.mktemp("stocked"), urls)
        made = Directory(Database(urls.worker), Database(urls.web), load(environment))
        with closing(made):
            made.add_districts()
            take(made, write_json(tmp_path_factory.mktemp("first") / "first.json", [OWNER, SERVICE]))
            yield made


def state(directory: Directory) -> object:
    wanted = text(
        "SELECT (SELECT json_agg(organization ORDER BY id)::text FROM organization)"
        " || (SELECT json_agg(service ORDER BY id)::text FROM service) || (SELECT count(*) FROM location)"
    )
    with directory.worker.transaction() as session:
        return session.scalar(wanted)


def refused(act: Callable[[], object]) -> str:
    """The sentence of what cannot be taken: one of the whole file, or those of its rows."""
    try:
        report = act()
    except (CannotRead, NotAPackage, TooManyRemovals) as error:
        return str(error)
    assert report.useless, report.last_line()  # type: ignore[attr-defined]  # an import's
    assert report.rows["read"] == report.rows["rejected"]  # type: ignore[attr-defined]  # an import's
    return "\n".join(report.lines())  # type: ignore[attr-defined]  # an import's


def check_sentences(said: str) -> None:
    assert said
    for line in said.splitlines():
        assert len(line) < 400, line
        assert not any(word in line for word in ("Traceback", "object at 0x", "NoneType", "Error(", "codec can't")), (
            line
        )


@pytest.mark.parametrize("name", FILES)
def test_a_wrong_file_is_told_in_a_sentence_and_changes_nothing(stocked: Directory, tmp_path: Path, name: str) -> None:
    file, content = FILES[name]
    (tmp_path / file).write_bytes(content)
    before = state(stocked)

    check_sentences(refused(lambda: take(stocked, tmp_path / file, source="first")))

    assert state(stocked) == before


@pytest.mark.parametrize("name", MAPPINGS)
def test_a_wrong_mapping_is_told_in_a_sentence_and_changes_nothing(
    stocked: Directory, tmp_path: Path, name: str
) -> None:
    (tmp_path / "clinics.csv").write_text(TABLE)
    (tmp_path / "mapping.toml").write_text(MAPPINGS[name])
    before = state(stocked)

    check_sentences(refused(lambda: take(stocked, tmp_path / "clinics.csv", mapping=tmp_path / "mapping.toml")))

    assert state(stocked) == before


def test_every_mistake_of_a_mapping_is_named_at_once(stocked: Directory, tmp_path: Path) -> None:
    (tmp_path / "clinics.csv").write_text(TABLE)
    (tmp_path / "mapping.toml").write_text('kee = "No"\n[service]\nname = 3\nstatus = { value = "open" }\n')

    said = refused(lambda: take(stocked, tmp_path / "clinics.csv", mapping=tmp_path / "mapping.toml"))

    for mistake in (
        "kee: unknown, perhaps key",
        "key: names",
        "service.name: must be",
        "'open' is none of",
        "organization",
    ):
        assert mistake in said


@pytest.mark.parametrize("place", ["", "nowhere.csv", "http://127.0.0.1:9/x.csv", "http://", "a\0b", "."])
def test_a_place_that_holds_nothing_is_told_in_a_sentence(
    stocked: Directory, tmp_path: Path, place: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)

    check_sentences(refused(lambda: take(stocked, place)))


@pytest.mark.parametrize("name", [name for name in FILES if name.endswith("unpacks without end")])
def test_what_unpacks_without_end_is_refused_before_it_is_read(stocked: Directory, tmp_path: Path, name: str) -> None:
    file, content = FILES[name]
    (tmp_path / file).write_bytes(content)

    assert "unpacked it is larger than" in refused(lambda: take(stocked, tmp_path / file))
