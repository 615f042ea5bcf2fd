"""Any number of valid HSDS services, no two alike: every object type, every field present here and absent there.

Drawn field by field from the table of the standard's object types; the standard's own schema is the judge of what comes
out, not the source. The same seed gives the same services. Several share an organisation and its places, as in real
directories. Texts are of several languages, and of the kind that breaks careless software.
"""

import random
from collections.abc import Iterator
from datetime import date, timedelta
from typing import Any
from uuid import UUID

from directory_service.listings.domain.hsds.objects import (
    StandardField,
    fields_of,
)

Json = dict[str, Any]

_WORDS = (
    *("Drop-in centre", "काम पर आधारित देखभाल", "পরিচর্যা কেন্দ্র", "O'Brien & Söhne", 'called "the hut"', "a\\b"),
    *(
        "مركز",
        "<b>not markup</b>",
        "🏥 day and night",
        "line one\nline two",
        "naïve café",
        "x" * 40,
        "100 % free; see /x?y=1#z",
    ),
)
_MOST = {"metadata": 1, "attributes": 2, "additional_urls": 2, "additional_websites": 2}
_DEEPEST = 4
_CHANCE = 0.45  # of a field that may be absent
#: What the generator links together itself, or what would lead from an object back to the one that holds it.
_LEFT_OUT = frozenset({"services", "service_at_locations", "locations", "organization", "location", "service"})
_DAYS = ("MO", "TU", "WE", "TH", "FR", "SA", "SU")
_TERMS = 24


def generated_services(count: int, seed: int = 1) -> Iterator[Json]:
    """Whole `service` documents, those of an organisation one after another."""
    drawn = _Drawing(random.Random(seed))  # noqa: S311  # a seed that can be played again
    made = 0
    while made < count:
        for service in drawn.services_of_one(min(count - made, drawn.chance.randint(1, 12))):
            made += 1
            yield service


class _Drawing:
    def __init__(self, chance: random.Random) -> None:
        self.chance = chance
        self._terms = [self._term(number) for number in range(_TERMS)]

    def services_of_one(self, count: int) -> Iterator[Json]:
        """An organisation's services."""
        owner = self.drawn("organization", 1)
        places = [self.drawn("location", 1) for _ in range(self.chance.randint(0, 3))]
        for place in places:
            place["organization_id"] = owner["id"]
        for _ in range(count):
            service = self.drawn("service", 0)
            used = self.chance.sample(places, self.chance.randint(0, min(2, len(places))))
            rows = [
                {**self.drawn("service_at_location", 2), "location_id": each["id"], "location": each} for each in used
            ]
            if rows:
                service["service_at_locations"] = rows
            yield {**service, "organization_id": owner["id"], "organization": owner}

    def drawn(self, kind: str, depth: int) -> Json:
        """An object of a type, with some of what it may have."""
        if kind == "attribute":
            return self._attribute()
        if kind == "schedule":
            return self._schedule()
        fields = [field for field in fields_of(kind).values() if self._is_in(field, depth)]
        return {field.name: self._value(field, depth) for field in fields}

    def _is_in(self, field: StandardField, depth: int) -> bool:
        if field.required:
            return True
        if field.name in _LEFT_OUT or field.name.endswith("_id"):
            return False
        is_nested = field.type[0] in "[<"
        return self.chance.random() < _CHANCE * (0.6**depth if is_nested else 1) and not (
            is_nested and depth >= _DEEPEST
        )

    def _value(self, field: StandardField, depth: int) -> Any:
        if field.type[0] == "[":
            most = _MOST.get(field.name, 3)
            return [self.drawn(field.type[1:-1], depth + 1) for _ in range(self.chance.randint(1, most))]
        if field.type[0] == "<":
            return self.drawn(field.type[1:-1], depth + 1)
        if field.type[0] == "{":
            return self.chance.choice(field.type[1:-1].split("|"))
        return self._plain(field)

    def _plain(self, field: StandardField) -> Any:
        if field.type == "uuid":
            return self._id()
        if field.type == "number":
            return self._number(field.name)
        if field.type == "email":
            return f"office+{self.chance.randint(1, 999)}@example.org"
        if field.type == "uri":
            return f"https://example.org/{self.chance.randint(1, 10**6)}?a=1&b=%E0%A6%95#part"
        if field.type == "date-time":
            offset = self.chance.choice(("Z", ".123Z", "+05:30", "-11:00"))
            return f"{self._date()}T0{self.chance.randint(0, 9)}:15:30{offset}"
        return self._text(field.name)

    def _text(self, name: str) -> str:
        if name in {"assured_date", "last_action_date", "valid_from", "valid_to", "dtstart", "until"}:
            return self._date()
        if name == "code":
            return self.chance.choice(("hi", "bn", "en", "ta", "lus", "zh-Hant"))
        if name == "number":
            return f"+91 {self.chance.randint(10**9, 10**10 - 1)}"
        if name in {"bymonthday", "byweekno", "byyearday"}:
            return str(self.chance.randint(1, 28))
        if name == "last_action_type":
            return self.chance.choice(("CREATE", "UPDATE", "DELETE"))
        return " ".join(self.chance.choices(_WORDS, k=self.chance.randint(1, 2)))

    def _number(self, name: str) -> float:
        if name == "latitude":
            return round(self.chance.uniform(8, 35), self.chance.randint(0, 9))
        if name == "longitude":
            return round(self.chance.uniform(68, 97), self.chance.randint(0, 9))
        if name == "year_incorporated":
            return self.chance.randint(1860, 2026)
        if name == "minimum_age":
            return self.chance.randint(0, 20)
        if name == "maximum_age":
            return self.chance.randint(21, 99)
        return self.chance.choice((0, 1, 7, 19, 1999, 2.5, 99.99))

    def _schedule(self) -> Json:
        """Rules of the kinds that calendars know (RFC 5545), on some of them only a text."""
        made: Json = {"id": self._id()}
        if self.chance.random() < 0.8:
            weekly = self.chance.random() < 0.7
            days = sorted(self.chance.sample(_DAYS, self.chance.randint(1, 5)), key=_DAYS.index)
            made |= {"freq": "WEEKLY" if weekly else "MONTHLY", "opens_at": "09:00", "closes_at": "17:30"}
            made["byday"] = ",".join(days if weekly else [f"{self.chance.randint(1, 4)}{days[0]}"])
            made["timezone"] = 5.5
        others = (
            "valid_from",
            "valid_to",
            "dtstart",
            "until",
            "interval",
            "count",
            "bymonthday",
            "byweekno",
            "byyearday",
        )
        others = (*others, "description", "schedule_link", "attending_type", "notes", "wkst")
        table = fields_of("schedule")
        made |= {name: self._value(table[name], _DEEPEST) for name in others if self.chance.random() < 0.2}
        if "interval" in made:
            made["interval"] = self.chance.randint(1, 4)
        return made

    def _attribute(self) -> Json:
        term = self.chance.choice(self._terms)
        made = {"id": self._id(), "taxonomy_term_id": term["id"], "taxonomy_term": term}
        return made | ({"value": self._text("value"), "label": "label"} if self.chance.random() < 0.5 else {})

    def _term(self, number: int) -> Json:
        taxonomy = {
            "id": str(UUID(int=900 + number % 3)),
            "name": f"taxonomy {number % 3}",
            "description": "Of others.",
        }
        term: Json = {
            "id": str(UUID(int=1000 + number)),
            "code": f"T{number}",
            "name": f"Term {number}",
            "description": "–",
        }
        return {**term, "taxonomy": taxonomy["name"], "taxonomy_id": taxonomy["id"], "taxonomy_detail": taxonomy}

    def _id(self) -> str:
        return str(UUID(int=self.chance.getrandbits(128), version=4))

    def _date(self) -> str:
        return (date(2015, 1, 1) + timedelta(days=self.chance.randint(0, 4300))).isoformat()
