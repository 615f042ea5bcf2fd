"""Queries that people type, and whether what is found fits them. The columns are explained beside the files."""

import csv
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from flask.testing import FlaskClient

SHOWN = 5
Row = Mapping[str, str]
_WEEK = ("MO", "TU", "WE", "TH", "FR", "SA", "SU")


@dataclass(frozen=True)
class Offer:
    """What a service offers: needs, LGD codes of districts, and the weekdays on which it opens."""

    needs: frozenset[str]
    districts: frozenset[str]
    days: frozenset[str]

    def fits(self, row: Row) -> bool:
        """Whether whoever typed the query is helped by it."""
        wanted, districts = row["needs"].split(), set(row["districts"].split())
        return (
            (not wanted or any(set(each.split("+")) <= self.needs for each in wanted))
            and (not districts or bool(districts & self.districts))
            and (not row["day"] or self.opens(row["day"]))
        )

    def opens(self, day: str) -> bool:
        """Whether it opens on this day of the week, or on one of a month's."""
        return any(each.endswith(day) for each in self.days)


@dataclass(frozen=True)
class Score:
    """How many queries have a service that fits among the first five, and how many as the first of all."""

    queries: int
    found: int
    first: int
    missed: tuple[str, ...]

    @property
    def share(self) -> float:
        """Per cent with one among the first five."""
        return round(100 * self.found / self.queries, 1)

    def __str__(self) -> str:
        return f"{self.found} of {self.queries} ({self.share} %), {self.first} at the first place"


def rows_of(path: Path) -> list[Row]:
    """The queries of a file."""
    with path.open(encoding="utf-8", newline="") as lines:
        return list(csv.DictReader(lines))


def offers_of(client: FlaskClient) -> dict[str, Offer]:
    """Every service of the directory, by id."""
    answer = client.get("/api/services", query_string={"full": "true", "per_page": 100}).get_json()
    return {item["id"]: _offer(item) for item in answer["contents"]}


def score(client: FlaskClient, offers: Mapping[str, Offer], rows: Iterable[Row]) -> Score:
    """Ask each query as anybody would, and look at the first page."""
    ranks = {row["query"]: _rank(client, offers, row) for row in rows}
    counted = Counter(rank is not None for rank in ranks.values())
    missed = tuple(query for query, rank in ranks.items() if rank is None)
    return Score(len(ranks), counted[True], sum(rank == 0 for rank in ranks.values()), missed)


def _rank(client: FlaskClient, offers: Mapping[str, Offer], row: Row) -> int | None:
    answer = client.get("/api/services", query_string={"search": row["query"], "per_page": SHOWN, "minimal": "true"})
    found = [offers[item["id"]] for item in answer.get_json()["contents"]]
    return next((rank for rank, offer in enumerate(found) if offer.fits(row)), None)


def _offer(item: Mapping[str, Any]) -> Offer:
    said = [(each["taxonomy_term"], each.get("value", "")) for each in item["attributes"]]
    days = {day for rule in item.get("schedules", ()) for day in (rule.get("byday") or ",".join(_WEEK)).split(",")}
    return Offer(
        frozenset(term["code"] for term, _ in said if term["taxonomy"] == "harm-reduction-in/needs"),
        frozenset(value for term, value in said if term["code"] == "serves_district"),
        frozenset(days),
    )
