"""A file of many invented services, for benchmarks of importing; no benchmark itself."""

import json
from pathlib import Path
from typing import Any
from uuid import UUID


def write_services(path: Path, count: int) -> None:
    """NDJSON of `count` services with phone, hours, languages, place and address; five an organisation."""
    with path.open("w", encoding="utf-8") as file:
        for number in range(count):
            file.write(json.dumps(_service(number), ensure_ascii=False) + "\n")


def _service(number: int) -> dict[str, Any]:
    owner, key = number // 5, str(UUID(int=1_000_000 + number))
    return {
        "id": key,
        "name": f"Drop-in centre {number}",
        "alternate_name": f"Centre {number}",
        "description": "Medicine, counselling and a first talk, free and without an appointment. " * 3,
        "status": "active",
        "url": f"https://example.org/{number}",
        "email": "office@example.org",
        "application_process": "Walk in, or call before you come.",
        "organization": {
            "id": str(UUID(int=10_000_000 + owner)),
            "name": f"Provider {owner}",
            "description": "Works with people who use drugs, and with their families.",
            "website": "https://example.org",
        },
        "phones": [{"id": str(UUID(int=20_000_000 + number)), "number": "+91 00000 00001", "type": "voice"}],
        "languages": [{"id": str(UUID(int=30_000_000 + number)), "name": "Hindi", "code": "hi"}],
        "schedules": [
            {
                "id": str(UUID(int=40_000_000 + number)),
                "freq": "WEEKLY",
                "byday": "MO,TU,WE,TH,FR",
                "opens_at": "09:00",
                "closes_at": f"{15 + number % 5}:00",
                "timezone": 5.5,
            }
        ],
        "service_at_locations": [
            {
                "id": str(UUID(int=50_000_000 + number)),
                "location": {
                    "id": str(UUID(int=60_000_000 + number)),
                    "location_type": "physical",
                    "name": f"Place {number}",
                    "latitude": 22.3 + number % 1000 / 2000,
                    "longitude": 88.1 + number % 1000 / 2000,
                    "addresses": [
                        {
                            "id": str(UUID(int=70_000_000 + number)),
                            "address_1": f"{number} Open Road",
                            "city": "Kolkata",
                            "state_province": "West Bengal",
                            "postal_code": f"{700_001 + number % 90}",
                            "country": "IN",
                            "address_type": "physical",
                        }
                    ],
                },
            }
        ],
    }
