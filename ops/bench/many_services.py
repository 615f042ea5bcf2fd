"""A search index of many invented services, made without a database; no benchmark itself.

A few hundred services are rendered in full, as publishing does; the many differ from them by their ids.
"""

import random
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, date, datetime
from pathlib import Path
from uuid import UUID

from directory_service.finding.store.search.entry import (
    Area,
    ServiceRow,
    Surroundings,
    entry,
)
from directory_service.finding.store.search.folder import (
    new_build,
    note_followed,
    put_in_use,
)
from directory_service.finding.store.search.writer import BuildWriter
from directory_service.listings.domain import records
from directory_service.listings.domain.fields import ORGANIZATION_FIELDS, SERVICE_FIELDS
from directory_service.listings.domain.hsds import (
    organizations,
    services,
)
from directory_service.listings.domain.snapshots import service_snapshot
from directory_service.listings.use_cases.publish_listing import to_bytes
from setu.needs import CODES
from setu.opening_hours import Opening

PATTERNS = 400
DISTRICTS = range(300, 340)
NOW = datetime(2026, 11, 24, 6, 30, tzinfo=UTC)
_DAYS = ("MO,TU,WE,TH,FR", "MO,TU,WE,TH,FR,SA", "MO,WE,FR", "SA,SU", "MO,TU,WE,TH,FR,SA,SU")
_FEED = UUID(int=1)


def build_index(folder: Path, count: int, seed: int = 1) -> None:
    """An index of `count` services in a folder, ready for a web process."""
    chance, around = random.Random(seed), Surroundings({code: _area(code) for code in DISTRICTS}, {})
    patterns = [_pattern(chance, number) for number in range(PATTERNS)]
    build = new_build(folder)
    with BuildWriter(build, heap=200_000_000) as writer:
        writer.add(entry(row, around) for row in _rows(chance, patterns, count))
        writer.commit(feed=_FEED, cursor=count)
    put_in_use(build)


@contextmanager
def followed(folder: Path) -> Iterator[None]:
    """Note five times a second, as the worker does, that the index in a folder holds every change."""
    stop = threading.Event()

    def note() -> None:
        while not stop.wait(0.2):
            note_followed(folder, time.time())

    note_followed(folder, time.time())
    noting = threading.Thread(target=note)
    noting.start()
    try:
        yield
    finally:
        stop.set()
        noting.join()


def _rows(chance: random.Random, patterns: list[ServiceRow], count: int) -> Iterator[ServiceRow]:
    for number in range(count):
        pattern, new = patterns[number % PATTERNS], UUID(int=chance.getrandbits(128), version=4)
        old_text, new_text = str(pattern.id).encode(), str(new).encode()
        yield replace(
            pattern,
            id=new,
            number=number,
            summary=pattern.summary.replace(old_text, new_text),
            document=pattern.document.replace(old_text, new_text),
        )


def _pattern(chance: random.Random, number: int) -> ServiceRow:
    owner = records.Organization(
        id=UUID(int=10_000 + number), kind="provider", district=315, status="active", name=f"Provider {number}"
    )
    place = records.Location(
        id=UUID(int=20_000 + number),
        organization_id=owner.id,
        district=315,
        area="Central",
        address_1=f"{number} Open Road",
        city="Kolkata",
        postal_code=f"{700_001 + number % 90}",
        latitude=22.3 + chance.random() / 2,
        longitude=88.1 + chance.random() / 2,
    )
    service = _service(chance, number, owner, place)
    basic = organizations.organization_basic(owner)
    listing = records.ProviderListing(owner, (place,), (service,), {})
    return ServiceRow(
        id=service.id,
        record=SERVICE_FIELDS.write(service),
        snapshot=service_snapshot(service, owner, [place]),
        owner=ORGANIZATION_FIELDS.write(owner),
        term_ids=(),
        number=0,
        modified_at=NOW,
        shown_at=NOW,
        summary=to_bytes({**services.service_basic(service), "organization": basic}),
        document=to_bytes(services.service_whole(service, listing, [place], basic)),
    )


def _service(
    chance: random.Random, number: int, owner: records.Organization, place: records.Location
) -> records.Service:
    women = number % 4 == 0
    return records.Service(
        id=UUID(int=30_000 + number),
        organization_id=owner.id,
        name=f"{chance.choice(('Drop-in centre', 'Clinic', 'Care and support', 'Day shelter'))} {number}",
        names={"hi": "नशामुक्ति केंद्र", "bn": "নেশামুক্তি কেন্দ্র"},
        description="Medicine, counselling and a first talk, free and without an appointment.",
        accepting=chance.choice(("open", "open", "waiting_list", "closed")),
        needs=tuple(sorted({*chance.sample(sorted(CODES), 3), *(("OST",) if number % 3 == 0 else ())})),
        districts=tuple(
            sorted({315, *chance.sample(DISTRICTS, 1)} if number % 5 == 0 else chance.sample(DISTRICTS, 2))
        ),
        genders=("woman", "transgender") if women else ("woman", "man", "transgender", "other"),
        women_only=women,
        languages=("bn", "hi"),
        schedules=(Opening(f"FREQ=WEEKLY;BYDAY={chance.choice(_DAYS)}", "09:00", f"{15 + number % 5}:00"),),
        phone="+91 00000 00001",
        assured_date=date(2026, 10, 1 + number % 28),
        places=(place.id,),
    )


def _area(code: int) -> Area:
    return Area(19, "IN-WB", (f"District {code}", "West Bengal"))
