"""Snapshot of a listed service from the directory: the facts that matching and screens read.

Why: the referral service keeps whole snapshots from ``directory.service.changed.v1``; this gives them types.
Promises: pure; a missing or odd attribute becomes "not offered", never an error, so an old snapshot cannot stop a form.
When not to use it: for whether it may be asked (`matching/eligibility.py`), or to change a listing, which the directory
owns.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, time
from uuid import UUID

from setu.opening_hours import Opening
from setu.recurrence import is_rule


@dataclass(frozen=True)
class ListedService:
    """One listing. Districts are LGD codes; ages are years; languages are BCP 47.

    `home_district` is where its provider is; `somebody_home`: its provider has a case worker who can sign in, or it is
    not known. `accepting`, `cost` and `genders` are empty where nobody said so. `places_available` is the provider's
    own figure of the moment `places_as_of` (aware); `assured_date` is when it was last confirmed.
    """

    id: UUID
    organization: UUID
    name: str
    organization_name: str = ""
    home_district: int | None = None
    somebody_home: bool = True
    names: Mapping[str, str] = field(default_factory=dict)
    active: bool = True
    accepting: str = "open"
    needs: frozenset[str] = frozenset()
    districts: frozenset[int] = frozenset()
    genders: frozenset[str] = frozenset()
    trans_inclusive: bool = False
    women_only: bool = False
    female_staff: bool = False
    admits_children_up_to: int | None = None
    creche: bool = False
    minimum_age: int | None = None
    maximum_age: int | None = None
    child_certified: bool = False
    guardian_or_cwc: bool = False
    visits_in_custody: bool = False
    prison_cleared: bool = False
    ost_in_pregnancy: bool = False
    languages: frozenset[str] = frozenset()
    hours: tuple[Opening, ...] = ()
    cost: str = ""
    phone: str | None = None
    confidential: bool = False
    area: str = ""
    address: str | None = None
    landmark: str | None = None
    places_available: int | None = None
    places_as_of: datetime | None = None
    assured_date: date | None = None
    sample: bool = False

    def name_in(self, language: str) -> str:
        """The listing's name in this language where it has one."""
        return self.names.get(language) or self.name

    @property
    def spoken_name(self) -> str:
        """The name that is read out in the consent text: who runs the service."""
        return self.organization_name or self.name


def from_snapshot(
    data: Mapping[str, object],
    organization_name: str = "",
    *,
    home_district: int | None = None,
    somebody_home: bool = True,
) -> ListedService:
    """Reads the data of ``directory.service.changed.v1``. KeyError or ValueError only for missing or bad ids."""
    return ListedService(
        id=UUID(str(data["service_id"])),
        organization=UUID(str(data["organization_id"])),
        name=_text(data, "name"),
        organization_name=organization_name,
        home_district=home_district,
        somebody_home=somebody_home,
        names={str(key): str(value) for key, value in _mapping(data, "names").items()},
        active=data.get("status") == "active" and not data.get("deleted"),
        accepting=_text(data, "accepting"),
        needs=_words(data, "needs"),
        districts=frozenset(item for item in _items(data, "districts") if isinstance(item, int)),
        genders=_words(data, "genders"),
        trans_inclusive=bool(data.get("trans_inclusive")),
        women_only=bool(data.get("women_only")),
        female_staff=bool(data.get("female_staff")),
        admits_children_up_to=_count(data, "admits_children_up_to"),
        creche=bool(data.get("creche")),
        minimum_age=_count(data, "minimum_age"),
        maximum_age=_count(data, "maximum_age"),
        child_certified=bool(data.get("child_certified")),
        guardian_or_cwc=bool(data.get("guardian_or_cwc")),
        visits_in_custody=bool(data.get("visits_in_custody")),
        prison_cleared=bool(data.get("prison_cleared")),
        ost_in_pregnancy=bool(data.get("ost_in_pregnancy")),
        languages=_words(data, "languages"),
        hours=_hours(_items(data, "schedules")),
        cost=_text(data, "cost"),
        phone=_text(data, "phone") or None,
        confidential=bool(data.get("confidential")),
        area=_text(data, "area"),
        address=None if data.get("confidential") else _text(data, "address") or None,
        landmark=None if data.get("confidential") else _text(data, "landmark") or None,
        places_available=_count(data, "places_available"),
        places_as_of=_moment(data.get("places_as_of")),
        assured_date=_day_or_none(data.get("assured_date")),
        sample=bool(data.get("sample")),
    )


def _text(data: Mapping[str, object], key: str) -> str:
    value = data.get(key)
    return value if isinstance(value, str) else ""


def _items(data: Mapping[str, object], key: str) -> Sequence[object]:
    value = data.get(key)
    return value if isinstance(value, list | tuple) else ()


def _words(data: Mapping[str, object], key: str) -> frozenset[str]:
    return frozenset(item for item in _items(data, key) if isinstance(item, str))


def _mapping(data: Mapping[str, object], key: str) -> Mapping[object, object]:
    value = data.get(key)
    return value if isinstance(value, Mapping) else {}


def _count(data: Mapping[str, object], key: str) -> int | None:
    value = data.get(key)
    return value if isinstance(value, int) and not isinstance(value, bool) else None


def _hours(lines: Sequence[object]) -> tuple[Opening, ...]:
    return tuple(hours for line in lines if isinstance(line, Mapping) and (hours := _rule_of(line)))


def _rule_of(line: Mapping[object, object]) -> Opening | None:
    """One rule; None where it cannot be read (such a line is left out, not guessed)."""
    rrule, opens_at, closes_at = (str(line.get(name)) for name in ("rrule", "opens_at", "closes_at"))
    try:
        time.fromisoformat(opens_at), time.fromisoformat(closes_at)
        first, last = (_day(line.get(name)) for name in ("valid_from", "valid_to"))
    except ValueError:
        return None
    said = line.get("description")
    return Opening(rrule, opens_at, closes_at, first, last, str(said) if said else None) if is_rule(rrule) else None


def _moment(text: object) -> datetime | None:
    try:
        moment = datetime.fromisoformat(str(text))
    except ValueError:
        return None
    return moment if moment.tzinfo else None


def _day_or_none(text: object) -> date | None:
    try:
        return _day(text)
    except ValueError:
        return None


def _day(text: object) -> date | None:
    return date.fromisoformat(str(text)) if text else None
