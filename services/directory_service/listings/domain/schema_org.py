"""schema.org markup of a service, for search engines and other readers of JSON-LD.

Made from the public HSDS document, which has neither address nor co-ordinates of a confidential place, and from what
the record says beyond it; so nothing can stand here that the public does not see elsewhere. Types and properties:
https://schema.org/Service, https://schema.org/ServiceChannel, https://schema.org/OpeningHoursSpecification.
Hours that do not come back every week cannot be said in that vocabulary and are left out, not approximated.
"""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from directory_service.listings.domain.records import Service
from setu.languages import english_name
from setu.needs import BY_CODE
from setu.opening_hours import Opening

Json = dict[str, Any]

#: Needs that are met by medical staff at a place that people come to.
CLINICAL = frozenset(
    "OST TESTING DETOX MATERNAL ABSCESS STI HEP TB ART PPTCT MH".split()  # noqa: SIM905 # codes read best in a row
)
_DAYS = {
    "MO": "Monday",
    "TU": "Tuesday",
    "WE": "Wednesday",
    "TH": "Thursday",
    "FR": "Friday",
    "SA": "Saturday",
    "SU": "Sunday",
}
_GENDERS = {
    frozenset({"woman"}): "female",
    frozenset({"man"}): "male",
    frozenset({"woman", "transgender"}): "female, transgender",
}
_PLAIN_RULE = {"FREQ", "BYDAY", "WKST"}


def service_markup(service: Service, document: Mapping[str, Any], url: str, phone: str | None) -> Json:
    """The JSON-LD object of a service. `document`: its public HSDS document; `url`: its public page; `phone`: to call.

    `phone` is the service's own or its provider's, as lists show it.
    """
    hours = list(opening_hours(service.schedules))
    made = {
        "@context": "https://schema.org",
        "@type": "Service",
        "@id": url,
        "url": url,
        "name": service.name,
        "alternateName": _other_names(service),
        "description": service.description,
        "serviceType": [BY_CODE[code].name for code in service.needs],
        "provider": _provider(document.get("organization", {})),
        "areaServed": [_area(area) for area in document.get("service_areas", ())],
        "audience": _audience(service),
        "offers": {"@type": "Offer", "price": 0, "priceCurrency": "INR"} if service.cost == "free" else None,
        "hoursAvailable": hours,
        "availableChannel": list(_channels(service, document, phone, hours)),
    }
    return _filled(made)


def opening_hours(openings: Sequence[Opening]) -> Iterator[Json]:
    """One specification for each rule that holds every week; closing before opening means the next day."""
    for opening in openings:
        days = _weekdays(opening.rrule)
        if days:
            yield _filled(
                {
                    "@type": "OpeningHoursSpecification",
                    "dayOfWeek": [f"https://schema.org/{_DAYS[day]}" for day in days],
                    "opens": opening.opens_at,
                    "closes": opening.closes_at,
                    "validFrom": opening.valid_from.isoformat() if opening.valid_from else None,
                    "validThrough": opening.valid_to.isoformat() if opening.valid_to else None,
                }
            )


def _weekdays(rule: str) -> list[str]:
    """The days of a rule that is weekly or daily without any count, interval or end; else none."""
    parts = dict(part.split("=", 1) for part in rule.upper().split(";") if "=" in part)
    if set(parts) - _PLAIN_RULE:
        return []
    if parts.get("FREQ") == "DAILY" and "BYDAY" not in parts:
        return list(_DAYS)
    named = parts.get("BYDAY", "").split(",") if parts.get("FREQ") in {"DAILY", "WEEKLY"} else []
    return [day for day in _DAYS if day in named]


def _other_names(service: Service) -> list[str]:
    names = [*service.names.values(), service.alternate_name or ""]
    return [name for name in dict.fromkeys(names) if name not in {"", service.name}]


def _provider(organization: Mapping[str, Any]) -> Json:
    said = {name: organization.get(name) for name in ("name", "alternate_name", "description", "email", "website")}
    return _filled(
        {
            "@type": "Organization",
            "name": said["name"],
            "alternateName": said["alternate_name"],
            "description": said["description"],
            "email": said["email"],
            "url": said["website"],
        }
    )


def _area(area: Mapping[str, Any]) -> Json:
    return _filled({"@type": "AdministrativeArea", "name": area.get("name"), "description": area.get("extent")})


def _audience(service: Service) -> Json | None:
    said = _filled({"requiredMinAge": service.minimum_age, "requiredMaxAge": service.maximum_age})
    if gender := _GENDERS.get(frozenset(service.genders)):
        said["requiredGender"] = gender
    return {"@type": "PeopleAudience", **said} if said else None


def _channels(service: Service, document: Mapping[str, Any], phone: str | None, hours: list[Json]) -> Iterator[Json]:
    """One way to reach the service a public place; by phone alone where there is none."""
    common = _filled(
        {
            "@type": "ServiceChannel",
            "servicePhone": {"@type": "ContactPoint", "telephone": phone} if phone else None,
            "serviceUrl": service.url,
            "availableLanguage": [_language(code) for code in service.languages],
        }
    )
    at = [row.get("location", {}) for row in document.get("service_at_locations", ())]
    places = [place for location in at if (place := _place(service, location, phone, hours))]
    yield from ({**common, "serviceLocation": place} for place in places)
    if not places and len(common) > 1:
        yield common


def _language(code: str) -> Json:
    return {"@type": "Language", "name": english_name(code), "alternateName": code}


def _place(service: Service, location: Mapping[str, Any], phone: str | None, hours: list[Json]) -> Json | None:
    """A place that says where it is; None for one that does not."""
    addresses = [_address(address) for address in location.get("addresses", ())]
    latitude, longitude = location.get("latitude"), location.get("longitude")
    has_point = isinstance(latitude, int | float) and isinstance(longitude, int | float)
    if not (addresses or has_point):
        return None
    point = {"@type": "GeoCoordinates", "latitude": latitude, "longitude": longitude} if has_point else None
    return _filled(
        {
            "@type": _type_of(service),
            "name": location.get("name") or service.name,
            "description": location.get("description"),
            "address": addresses,
            "geo": point,
            "telephone": phone,
            "openingHoursSpecification": hours,
        }
    )


def _type_of(service: Service) -> str:
    """What kind of place it is, as far as its needs tell."""
    if CLINICAL & set(service.needs):
        return "MedicalClinic"
    return "LegalService" if set(service.needs) == {"LEGAL"} else "Place"


def _address(address: Mapping[str, Any]) -> Json:
    street = ", ".join(part for part in (address.get("address_1"), address.get("address_2")) if part)
    return _filled(
        {
            "@type": "PostalAddress",
            "streetAddress": street,
            "addressLocality": address.get("city"),
            "addressRegion": address.get("state_province"),
            "postalCode": address.get("postal_code"),
            "addressCountry": address.get("country"),
        }
    )


def _filled(said: Mapping[str, Any]) -> Json:
    """Without what is not known; of a list with one member the member."""
    kept = {key: value for key, value in said.items() if value is not None and value not in ("", [], {})}
    return {key: value[0] if isinstance(value, list) and len(value) == 1 else value for key, value in kept.items()}
