"""A listing with a made-up word in each field that may tell where its place is, and everything that the public reads.

`answers` asks every public address in every form, so it finds a word wherever the directory shows it.
"""

import io
import re
import zipfile
from collections.abc import Iterator, Mapping
from dataclasses import replace
from uuid import UUID

from flask.testing import FlaskClient
from sqlalchemy import text

from directory_service.listings.domain.hsds.ids import nested_id
from directory_service.listings.store.tables import ListingHistory
from directory_service.listings.use_cases.write_taxonomies import write_taxonomies
from service_kit.ids import SystemIds
from service_kit.web.access.require import access_of
from support.finding import next_of, search_page
from support.listings import Directory, a_place, a_provider, a_service, an_id

#: One made-up word for each field that may tell where a place is.
NAME, STREET, FLOOR, TOWN, TREE, BUS = "ZqName", "ZqStreet", "ZqFloor", "ZqTown", "ZqTree", "ZqBus"
CONTACT, HOURS, NOTE, SAID, HISTORY, OTHER = "ZqContact", "ZqHours", "ZqNote", "ZqSaid", "ZqHistory", "ZqOther"
CANARIES = (NAME, STREET, FLOOR, TOWN, TREE, BUS, CONTACT, HOURS, NOTE, SAID, HISTORY, OTHER)
NUMBERS = ("743999", "22.519191", "88.357373", "1212121")
PROVIDER = a_provider()
OPEN = a_place(
    PROVIDER,
    area="South Kolkata",
    name=NAME,
    address_1=f"1 {STREET}",
    address_2=FLOOR,
    city=TOWN,
    postal_code=NUMBERS[0],
    landmark=f"Near the {TREE}",
    transportation=f"Bus to {BUS}",
    latitude=float(NUMBERS[1]),
    longitude=float(NUMBERS[2]),
    hsds={
        "alternate_name": OTHER,
        "contacts": [{"id": str(an_id("contact")), "name": CONTACT}],
        "phones": [{"id": str(an_id("phone")), "number": NUMBERS[3]}],
        "schedules": [{"id": str(an_id("hours")), "description": HOURS}],
        "accessibility": [{"id": str(an_id("access")), "description": NOTE}],
    },
)
SERVICE = a_service(
    PROVIDER,
    places=(OPEN.id,),
    hsds={
        "service_at_locations": [
            {"id": nested_id("at", "one"), "location_id": str(OPEN.id), "description": f"Ring at {SAID}"}
        ]
    },
)
CONFIDENTIAL = replace(OPEN, confidential=True)
IDS: Mapping[str, UUID | str] = {
    "service_id": SERVICE.id,
    "organization_id": PROVIDER.id,
    "at_location_id": nested_id("at", "one"),
}


def filled(directory: Directory) -> None:
    with directory.worker.transaction() as session:
        write_taxonomies(session)
    directory.save_together(PROVIDER, OPEN, SERVICE)
    told = {"organization_id": PROVIDER.id, "action": "update", "at": directory.now, "changed_by_name": "Nodi"}
    with directory.worker.transaction() as session:
        for kind, resource, field in (("location", OPEN.id, "landmark"), ("service", SERVICE.id, "description")):
            known = {"resource_type": kind, "resource_id": resource, "field": field, "changed_by": PROVIDER.id}
            session.add(ListingHistory(id=SystemIds().uuid(), before=HISTORY, after=TREE, **told, **known))
    directory.save(replace(SERVICE, description="With history."))


PACKAGE = "/api/export/datapackage.zip"  # 503 where it is to be made anew
IN_EACH_LANGUAGE = ("", "?lang=hi")
OF_AN_API = ("", "?full=true", "?full_service=true", "?format=ndjson&full=true", "?format=geojson", "?minimal=true")


def answers(client: FlaskClient, ids: Mapping[str, UUID | str] = IDS) -> Iterator[bytes]:
    """Every public address in every form that it has, of one object of a kind those with these `ids`.

    Lists page by page, the package unpacked; what is not public is asked once, and its refusal looked at.
    """
    for rule in client.application.url_map.iter_rules():
        path = re.sub(r"<(?:\w+:)?(\w+)>", lambda name: str(ids.get(name[1], "none")), rule.rule)
        if "GET" not in (rule.methods or ()) or "none" in path or path in {"/api/session", "/leave", "/sign-out"}:
            continue
        access = access_of(client.application, rule.endpoint)
        is_public = access is not None and access.is_public
        for query in (OF_AN_API if path.startswith("/api/") else IN_EACH_LANGUAGE) if is_public else ("",):
            address: str | None = f"{path}{query}"
            while address is not None:
                answer = client.get(address, buffered=True)
                assert answer.status_code < 500 or address.startswith(PACKAGE), address
                yield unpacked(answer.data) if answer.mimetype == "application/zip" else answer.data
                yield str(answer.headers).encode()
                address = next_of(answer) if answer.status_code == 200 else None
    yield client.get(f"/?search={SERVICE.name}").data
    yield search_page(client, place=SERVICE.name).encode()


def unpacked(content: bytes) -> bytes:
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        return b"".join(archive.read(name) for name in archive.namelist())


def rows_for_everybody(directory: Directory) -> bytes:
    """All that the web process may read of all tables on nobody's behalf, as bytes."""
    with directory.web.transaction() as session:
        readable = "has_table_privilege(c.oid, 'SELECT')"
        tables = session.scalars(
            text(
                f"SELECT c.oid::regclass::text FROM pg_class c WHERE relkind = 'r' AND {readable}"  # noqa: S608  # our own words
                " AND relnamespace = 'public'::regnamespace AND relname <> 'outbox'"
            )
        ).all()  # what waits to be sent was public when it was put there
        rows = [
            bytes(part) if isinstance(part, bytes | memoryview) else repr(part).encode()
            for table in tables
            for row in session.execute(text(f"SELECT * FROM {table}"))  # noqa: S608 # names of the catalogue
            for part in row
        ]
    return b"\n".join(rows)
