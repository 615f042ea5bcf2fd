"""GeoJSON (RFC 7946) of a page of services: a feature for each public place of each that tells where it lies.

Made of the public documents, which have no co-ordinates of a confidential place: such a service has no feature, nor has
one that comes to people. So a page may have fewer features than services, and `Link: next` goes on all the same.
"""

import json
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

CONTENT_TYPE = "application/geo+json"
#: What `format=geojson` answers, for the OpenAPI document.
AS_FEATURES: Mapping[str, Any] = {
    CONTENT_TYPE: {
        "schema": {
            "type": "object",
            "required": ["type", "features"],
            "properties": {
                "type": {"type": "string", "enum": ["FeatureCollection"]},
                "features": {"type": "array", "items": {"type": "object"}},
            },
        }
    }
}


def features_body(services: Sequence[memoryview]) -> bytes:
    """The collection; `services` are whole documents."""
    features = [feature for each in services for feature in _features(json.loads(bytes(each)))]
    collection = {"type": "FeatureCollection", "features": features}
    return json.dumps(collection, ensure_ascii=False, separators=(",", ":")).encode()


def _features(service: Mapping[str, Any]) -> Iterator[Mapping[str, Any]]:
    said = {
        "service_id": service["id"],
        "name": service["name"],
        "status": service["status"],
        "organization_name": service.get("organization", {}).get("name"),
    }
    for joined in service.get("service_at_locations", ()):
        place = joined.get("location", {})
        latitude, longitude = place.get("latitude"), place.get("longitude")
        if _is_within(latitude, 90) and _is_within(longitude, 180):
            yield {
                "type": "Feature",
                "id": joined["id"],
                "geometry": {"type": "Point", "coordinates": [longitude, latitude]},
                "properties": {**said, "location_id": place["id"], "location_name": place.get("name")},
            }


def _is_within(degrees: object, most: int) -> bool:
    return isinstance(degrees, int | float) and -most <= degrees <= most
