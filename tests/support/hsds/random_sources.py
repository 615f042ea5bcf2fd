"""Directories of other publishers, made at random from a seed: HSDS 1.x and 2.x tables, a 211's JSON, a plain table.

Every row holds a word that no other row has, so that a test can tell what became of it; references and values are
often broken. `held` is everything that a row says, as text, with what a reader makes of it (a weekday's two letters).
"""

import json
import random
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from support.importing import write_table

Row = dict[str, Any]
MAPPING = """
source = "{label}"
key = "No"
[organization]
name = "NGO"
[service]
name = "Centre"
phone = {{ column = "Phone", split = "/" }}
assured_date = {{ column = "Seen", format = "%d/%m/%Y" }}
opens_at = "From"
[location]
name = "Hall"
geo = "Point"
[address]
address_1 = "Street"
city = "Town"
state_province = "State"
postal_code = "PIN"
[[terms]]
column = "Kind"
taxonomy = "harm-reduction-in/needs"
codes = {{ "OST" = "OST", "ICTC" = "TESTING" }}
"""
#: What a value reads as; hours without a zone are India's.
_READ_AS = {
    "Monday": ("MO", "WEEKLY"),
    "8 AM": ("08:00", "08:00+05:30", "5.5"),
    "5:30 PM": ("17:30", "17:30+05:30"),
    "03/05/2026": ("2026-03-05",),
    "05/03/2026": ("2026-03-05",),
    "22.5, 88.3": ("22.5", "88.3"),
    "700 001": ("IN",),
    "700001": ("IN",),
    "ICTC": ("TESTING",),
    "01/02/1990": ("1990",),
    "example.org": ("http://example.org",),
    "ACTIVE": ("active",),
}


@dataclass
class RandomSource:
    """Where it lies, how it is read, its rows by where they stand with the word of each, and what they hold."""

    label: str
    path: Path
    mapping: Path | None = None
    marks: dict[str, str] = field(default_factory=dict)
    held: set[str] = field(default_factory=set)

    def hold(self, value: Any) -> None:
        """Note what a row says, however deep."""
        for inner in value.values() if isinstance(value, dict) else value if isinstance(value, list) else ():
            self.hold(inner)
        if not isinstance(value, dict | list):
            self.held |= {str(value), *_READ_AS.get(str(value), ())}
            self.held |= {part.strip() for part in str(value).replace("/", ",").split(",")}


class _Maker:
    """Makes the rows of one source."""

    def __init__(self, draw: random.Random, source: RandomSource) -> None:
        self.draw, self.source, self._words = draw, source, 0

    def word(self) -> str:
        self._words += 1
        return f"{self.source.label}w{self._words}."

    def some(self, *values: str) -> str:
        return self.draw.choice(values)

    def key(self) -> str:
        return self.some("1", "2", "3", "3", "4", "")

    def other(self) -> str:
        """An id that a row refers to, sometimes to nothing."""
        return self.some("1", "2", "3", "4", "", "9")

    def tables(self, columns: dict[str, tuple[str, Callable[[], Row]]]) -> None:
        for table, (marked, made) in columns.items():
            rows = [made() for _ in range(self.draw.randrange(5))]
            for line, row in enumerate(rows, 2):
                row[marked] = self.source.marks[f"{table}.csv:{line}"] = self.word()
                self.source.hold(row)
            if rows:
                write_table(self.source.path / f"{table}.csv", rows)


def _versions_1_and_2(make: _Maker, services: str) -> dict[str, tuple[str, Callable[[], Row]]]:
    of_service = {"id": make.key, "service_id": make.other}

    def rows(**columns: Callable[[], str]) -> Callable[[], Row]:
        return lambda: {name: said() for name, said in columns.items()}

    address = rows(
        id=make.key,
        location_id=make.other,
        city=lambda: make.some("", "Town"),
        state_province=lambda: make.some("", "State"),
        postal_code=lambda: make.some("", "700 001", "94102"),
        country=lambda: make.some("", "IN", "US"),
    )
    return {
        "organizations": (
            "name",
            rows(id=make.key, description=lambda: make.some("", "d"), email=lambda: make.some("", "=cmd", "odd")),
        ),
        services: (
            "name",
            rows(id=make.key, organization_id=make.other, status=lambda: make.some("active", "ACTIVE", "odd", "")),
        ),
        "locations": ("name", rows(id=make.key, organization_id=make.other, latitude=lambda: make.some("", "22.5"))),
        "physical_addresses": ("address_1", address),
        "phones": ("number", rows(location_id=make.other, **of_service)),
        "languages": ("language", rows(**of_service)),
        "eligibility": ("eligibility", rows(**of_service)),
    }


def hsds_1(make: _Maker) -> None:
    """Tables of version 1.x."""
    made = _versions_1_and_2(make, "services")
    hours = {"opens_at": "8 AM", "closes_at": "5:30 PM"}
    made["regular_schedules"] = (
        "description",
        lambda: {"id": make.key(), "service_id": make.other(), "weekday": make.some("Monday", "x"), **hours},
    )
    make.tables(made)


def hsds_2(make: _Maker) -> None:
    """Tables of version 2.x."""
    made = _versions_1_and_2(make, "services")
    made["services_at_location"] = (
        "description",
        lambda: {"id": make.key(), "service_id": make.other(), "location_id": make.other()},
    )
    made["schedules"] = (
        "description",
        lambda: {"id": make.key(), "service_id": make.other(), "freq": make.some("WEEKLY", "HOURLY"), "byday": "MO"},
    )
    make.tables(made)


def of_211(make: _Maker) -> None:
    """Documents with numbers for ids."""
    draw, documents = make.draw, []
    for _ in range(draw.randrange(1, 7)):
        owner = {"id": draw.randrange(3), "name": make.word(), "description": make.some("", "d")}
        place = {"id": draw.randrange(3), "location_type": make.some("physical", "odd"), "name": make.word()}
        service = {"id": draw.randrange(9), "name": make.word(), "status": make.some("active", "odd")}
        service |= {"organization": owner} if draw.random() < 0.8 else {}
        service |= (
            {"service_at_locations": [{"id": draw.randrange(99), "location": place}]} if draw.random() < 0.5 else {}
        )
        service |= {"phones": [{"id": draw.randrange(99), "number": make.word()}]} if draw.random() < 0.5 else {}
        documents.append(service)
        make.source.hold(service)
    lines = ",\n".join(json.dumps(each) for each in documents)
    make.source.path = make.source.path.with_suffix(".json")
    make.source.path.write_text(f"[\n{lines}\n]\n", encoding="utf-8")
    make.source.marks |= {f"{make.source.path.name}:{line}": each["name"] for line, each in enumerate(documents, 2)}


def plain_table(make: _Maker) -> None:
    """A CSV with a mapping."""
    rows = []
    for _ in range(make.draw.randrange(1, 8)):
        row = {"No": make.key(), "NGO": make.some("", "Nodi"), "Centre": make.word(), "Phone": make.some("", "1 / 2")}
        row |= {"Seen": make.some("", "05/03/2026", "31/31/2026"), "From": make.some("", "8 AM", "x")}
        row |= {
            "Hall": make.some("", make.word()),
            "Point": make.some("", "22.5, 88.3", "x"),
            "Town": make.some("", "T"),
        }
        row |= {"Street": make.some("", "Road"), "State": make.some("", "State"), "PIN": make.some("", "700001", "1")}
        rows.append(row | {"Kind": make.some("", "OST", "ICTC", "x")})
        make.source.hold(rows[-1])
    make.source.path = write_table(make.source.path.with_suffix(".csv"), rows)
    make.source.marks |= {f"{make.source.path.name}:{line}": row["Centre"] for line, row in enumerate(rows, 2)}
    make.source.mapping = make.source.path.with_suffix(".toml")
    make.source.mapping.write_text(MAPPING.format(label=make.source.label))


KINDS: dict[str, Callable[[_Maker], None]] = {"1.x": hsds_1, "2.x": hsds_2, "211": of_211, "table": plain_table}


def random_source(kind: str, seed: int, folder: Path) -> RandomSource:
    """The source of this seed; its `marks` may be empty."""
    label = f"{kind.replace('.', '')}s{seed}"
    source = RandomSource(label, folder / label)
    KINDS[kind](_Maker(random.Random(f"{kind} {seed}"), source))  # noqa: S311 # repeatable, not secret
    return source
