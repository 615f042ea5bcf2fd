"""How to get to a service, in words and with links to a map; and what to hand to somebody else.

Everything comes from the public document, which says nothing of a confidential place but its part of town. The links
lead away only when they are pressed, and carry a point or an address, never what the service is: a map application may
remember what it was asked for, on a phone that others look into.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Any
from urllib.parse import quote, urlencode

_MAP = "https://www.openstreetmap.org"
_ZOOM = 17


@dataclass(frozen=True)
class Way:
    """A place: its name, the lines of its address, and what helps to find it. `links`: None where it says nothing."""

    name: str
    address: tuple[str, ...]
    hints: tuple[str, ...]
    confidential: bool
    app: str | None = None  # RFC 5870 address, for whatever map application the phone has
    web: str | None = None


def ways(document: Mapping[str, Any], in_part: str | None = None) -> list[Way]:
    """The places of a service, those with an address first. `in_part`: what is known of the only one's address."""
    found = [_way(row["location"]) for row in document.get("service_at_locations", ()) if row.get("location")]
    if in_part and len(found) == 1 and not (found[0].address or found[0].confidential):
        found = [replace(found[0], address=(in_part,))]
    return sorted(found, key=lambda way: not way.address)


def _way(location: Mapping[str, Any]) -> Way:
    addresses = location.get("addresses", ())
    lines = tuple(_lines(addresses[0])) if addresses else ()
    point = _point(location)
    return Way(
        name=location.get("name", ""),
        address=lines,
        hints=tuple(_hints(location)),
        confidential=_is_confidential(location),
        app=_app(point, lines),
        web=_web(point, lines),
    )


def _is_confidential(location: Mapping[str, Any]) -> bool:
    said = (each.get("taxonomy_term", {}).get("code") for each in location.get("attributes", ()))
    return "location_confidential" in said


def _lines(address: Mapping[str, Any]) -> Iterator[str]:
    for name in ("attention", "address_1", "address_2"):
        if address.get(name):
            yield address[name]
    town = " ".join(address[name] for name in ("city", "postal_code") if address.get(name))
    if town:
        yield town


def _hints(location: Mapping[str, Any]) -> Iterator[str]:
    """Landmark or part of town, public transport, and what the place says for wheelchairs and the like."""
    yield from (location[name] for name in ("description", "transportation") if location.get(name))
    for each in location.get("accessibility", ()):
        said = ". ".join(each[name] for name in ("description", "details") if each.get(name))
        if said:
            yield said


def _point(location: Mapping[str, Any]) -> str | None:
    latitude, longitude = location.get("latitude"), location.get("longitude")
    if not (isinstance(latitude, int | float) and isinstance(longitude, int | float)):
        return None
    if not (-90 <= latitude <= 90 and -180 <= longitude <= 180):
        return None
    return f"{latitude:.6f},{longitude:.6f}"


def _app(point: str | None, lines: tuple[str, ...]) -> str | None:
    if point:
        return f"geo:{point}?q={point}"
    return f"geo:0,0?q={quote(', '.join(lines))}" if lines else None


def _web(point: str | None, lines: tuple[str, ...]) -> str | None:
    if point:
        latitude, _, longitude = point.partition(",")
        where = urlencode({"mlat": latitude, "mlon": longitude})
        return f"{_MAP}/?{where}#map={_ZOOM}/{latitude}/{longitude}"
    return f"{_MAP}/search?{urlencode({'query': ', '.join(lines)})}" if lines else None


def message(phone: str | None, way: Way | None, url: str) -> str:
    """A `sms:` address (RFC 5724) with what another person needs: number, address, link; neither name nor need."""
    lines = [phone or "", ", ".join(way.address) if way else "", url]
    return f"sms:?body={quote(chr(10).join(line for line in lines if line))}"
