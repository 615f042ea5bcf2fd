"""Pictures of the needs: one line drawing of our own each, the same wherever a need is shown; never without its word.

A drawing is the `d` of one SVG path, on a field of 24 by 24, stroked in the colour of the words beside it. Not for what
a need is called or means (`setu.needs`).
"""

from collections.abc import Mapping

NEED_PICTURES: Mapping[str, str] = {
    "OST": "M9 3h6v4l2 3v9a2 2 0 0 1-2 2H9a2 2 0 0 1-2-2v-9l2-3zM8 3h8M7 14h10M12 14v7",
    "OD": (
        "M12 20C5 15 3 12 3 8.5A4.5 4.5 0 0 1 12 6.5 4.5 4.5 0 0 1 21 8.5C21 12 19 15 12 20zM3.5 11H8l2-3 3 6 2-3h5.5"
    ),
    "TESTING": (
        "M8 4H6a1 1 0 0 0-1 1v15a1 1 0 0 0 1 1h12a1 1 0 0 0 1-1V5a1 1 0 0 0-1-1h-2M9 3h6v3H9zM8.5 13.5l2.5 2.5 4.5-5"
    ),
    "DETOX": "M3 18v-8M3 14h18v4M21 14v-1a3 3 0 0 0-3-3h-7v4M7 12a2 2 0 1 0 0-4 2 2 0 0 0 0 4z",
    "COUNS": "M4 4h11v8H9l-3 3v-3H4zM18 9h2v8h-2v3l-3-3h-4v-2",
    "DIC": "M5 8h11v7a4 4 0 0 1-4 4H9a4 4 0 0 1-4-4zM16 10h2a2 2 0 0 1 0 5h-2M8 3v2M12 3v2",
    "WOMEN": "M17 8.5a5 5 0 1 0-10 0a5 5 0 1 0 10 0M12 13.5V21M8.5 17.5h7",
    "MATERNAL": (
        "M13 4.5a2 2 0 1 0-4 0a2 2 0 1 0 4 0M9.5 8.5c-1.5 3-1.5 7-.5 12.5M9.5 8.5h3c1 1.5 1 2.5 1 3.5 2.5 1 2.5 5 0 6v3"
    ),
    "CHILDCARE": (
        "M8 8a2.5 2.5 0 1 0 0-5 2.5 2.5 0 0 0 0 5zM17 12a2 2 0 1 0 0-4 2 2 0 0 0 0 4zM5 21v-7l1-4h4l4 4"
        "M11 21v-7M15 21v-5l1-2h2l1 2v5"
    ),
    "CHILD": "M15 6a3 3 0 1 0-6 0a3 3 0 1 0 6 0M7 12l5-1.5 5 1.5M12 10.5V16M12 16l-3 5M12 16l3 5",
    "SHELTER": "M3 12l9-8 9 8M5 10v11h14V10M9 21v-6h6v6",
    "LEGAL": "M12 3v18M8 21h8M5 6h14M5 6l-3 7h6zM19 6l-3 7h6z",
    "RELEASE": "M4 3h9v18H4zM10 12v1M15 12h6M18 9l3 3-3 3",
    "NSP": "M5 8h14l-1.5 13h-11zM8 8V4h8v4M12 11.5v6M9 14.5h6",
    "ABSCESS": "M9 21l-6-6L15 3l6 6zM9 9l6 6M12 9.5v.01M14.5 12v.01M12 14.5v.01M9.5 12v.01",
    "STI": "M12 3l8 3v6c0 5-3.5 7.5-8 9-4.5-1.5-8-4-8-9V6z",
    "HEP": "M12 3l8 3v6c0 5-3.5 7.5-8 9-4.5-1.5-8-4-8-9V6zM12 8.5v7M8.5 12h7",
    "TB": "M12 3v9M9 8c-4 2-6 6-6 11 0 2 6 2 6-1v-6M15 8c4 2 6 6 6 11 0 2-6 2-6-1v-6",
    "ART": "M9 4a3 3 0 0 1 6 0c0 3-7 11-8 17M9 4c0 3 7 11 8 17",
    "PPTCT": (
        "M12 6a3 3 0 1 0-6 0a3 3 0 1 0 6 0M3 21c0-6 2-9 6-9s6 3 6 9M19 13a2 2 0 1 0-4 0a2 2 0 1 0 4 0"
        "M15 21c0-3 .5-4 2-4s3 1 3 4"
    ),
    "MH": (
        "M12 8a3 3 0 1 0-6 0a3 3 0 1 0 6 0M9 2v1M3 8h1M4.8 3.8l.70.7M13.2 3.8l-.70.7"
        "M8 20h10a3.5 3.5 0 0 0 0-7 5 5 0 0 0-9.5 1.5A2.8 2.8 0 0 0 8 20z"
    ),
    "REHAB": "M12 21v-9M12 12c0-4-3-6-7-6 0 4 3 6 7 6zM12 14c0-3 3-5 7-5 0 3-3 5-7 5z",
    "GBV": "M3 12a9 9 0 0 1 18 0zM12 12v7a2 2 0 0 0 4 0M12 3V2",
    "FAMILY": (
        "M9.5 7a2.5 2.5 0 1 0-5 0a2.5 2.5 0 1 0 5 0M19.5 7a2.5 2.5 0 1 0-5 0a2.5 2.5 0 1 0 5 0"
        "M14 13a2 2 0 1 0-4 0a2 2 0 1 0 4 0M2.5 20c0-5 1.5-8 4.5-8M21.5 20c0-5-1.5-8-4.5-8"
        "M8.5 21c0-3 1.5-4.5 3.5-4.5s3.5 1.5 3.5 4.5"
    ),
}
