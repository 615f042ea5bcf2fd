"""Records of an organisation, a place and a service, all the directory knows: validated, immutable, without storage.

These are the shapes that import, export, editing and the tables share. Everything the public reads (HSDS documents,
snapshots in events) is computed from them. `hsds` holds what HSDS can say and we have no field for (funding, contacts,
required documents …); it is merged into the documents as it is. Not for people: accounts live elsewhere.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from uuid import UUID

from directory_service.listings.domain.history import HistoryEntry
from setu.opening_hours import Opening

UNKNOWN_AREA = "?"
"""The part of town of an imported place of which the source says neither town, name nor anything else."""


@dataclass(frozen=True)
class Organization:
    """A provider, police unit, court, prison or coordinating body. `district`: an LGD code, 0 where it is not known.

    `whole_state`: a coordinating body to which the districts of its state fall that have no coordinator.
    """

    id: UUID
    kind: str
    district: int
    status: str
    name: str
    names: Mapping[str, str] = field(default_factory=dict)
    description: str = ""
    alternate_name: str | None = None
    phone: str | None = None
    email: str | None = None
    website: str | None = None
    year_incorporated: int | None = None
    legal_status: str | None = None
    whole_state: bool = False
    sample: bool = False
    hsds: Mapping[str, object] = field(default_factory=dict)


@dataclass(frozen=True)
class Location:
    """Where a service is given. If `confidential`, the exact fields never leave the provider's own view.

    `area` is the coarse part of town that may always be shown. Co-ordinates are WGS 84 degrees. `district` is an LGD
    code, 0 where it is not known or abroad; an address that is not an Indian one stands in `hsds`. `shared_id`: the
    publisher has the place for several organisations; documents have it under that id.
    """

    id: UUID
    organization_id: UUID
    district: int
    area: str
    confidential: bool = False
    name: str | None = None
    address_1: str | None = None
    address_2: str | None = None
    city: str | None = None
    postal_code: str | None = None
    landmark: str | None = None
    transportation: str | None = None
    latitude: float | None = None
    longitude: float | None = None
    shared_id: UUID | None = None
    hsds: Mapping[str, object] = field(default_factory=dict)

    @property
    def known_area(self) -> str:
        """The part of town; "" where nobody said one."""
        return "" if self.area == UNKNOWN_AREA else self.area

    @property
    def public_id(self) -> UUID:
        """The id in documents. A confidential place is told from the shared one, whose address is public."""
        return self.id if self.confidential or self.shared_id is None else self.shared_id


@dataclass(frozen=True)
class Service:
    """A service of a provider, with what matching needs. Ages in years; `districts` are LGD codes.

    What nobody said is empty: `accepting`, `cost` and `genders` too, which is not the same as open, free and everybody.
    """

    id: UUID
    organization_id: UUID
    name: str
    status: str = "active"
    accepting: str = ""
    names: Mapping[str, str] = field(default_factory=dict)
    description: str = ""
    descriptions: Mapping[str, str] = field(default_factory=dict)
    alternate_name: str | None = None
    needs: tuple[str, ...] = ()
    districts: tuple[int, ...] = ()
    genders: tuple[str, ...] = ()
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
    recognised_64a: bool = False
    languages: tuple[str, ...] = ()
    schedules: tuple[Opening, ...] = ()
    cost: str = ""
    fees_description: str | None = None
    places_available: int | None = None
    places_as_of: datetime | None = None
    phone: str | None = None
    email: str | None = None
    url: str | None = None
    eligibility_description: str | None = None
    application_process: str | None = None
    alert: str | None = None
    assured_date: date | None = None
    places: tuple[UUID, ...] = ()
    sample: bool = False
    hsds: Mapping[str, object] = field(default_factory=dict)


@dataclass(frozen=True)
class District:
    """A district of India by LGD code, with the state it lies in (`state_iso` is ISO 3166-2, e.g. IN-WB)."""

    code: int
    name: str
    state_code: int
    state: str
    state_iso: str
    names: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class ProviderListing:
    """One organisation with all that hangs on it: the unit that is rendered, and published, together.

    `history`: the newest entries of each service, by its id.
    """

    organization: Organization
    places: tuple[Location, ...] = ()
    services: tuple[Service, ...] = ()
    districts: Mapping[int, District] = field(default_factory=dict)
    history: Mapping[UUID, tuple[HistoryEntry, ...]] = field(default_factory=dict)
