"""Districts of India, each with its state: calendars and data officers are a state's.

Why: a referral knows its district only. Districts are keyed by LGD code, states by the second half of ISO 3166-2 (as
ISO has it or had it last). No table says which districts touch each other, so the nearby ones are those of the state.
Source: Local Government Directory, districts of 2022-12 with the changes to 2026-05 (GODL-India).
When not to use it: for names; those stand in the directory.
"""

from collections.abc import Mapping

_DISTRICTS: Mapping[str, str] = {
    "AN": "602-603 632",
    "AP": "502-506 510-511 515 517 519-521 523 743-755 790-791",
    "AR": "229-243 628 666 677-679 718-719 723-725 786-787",
    "AS": "280-302 612 616-618 705-710 739 756",
    "BR": "188-224 611",
    "CG": "374-389 636-637 642-650 734 759-763",
    "CH": "44",
    "DH": "463-465",
    "DL": "77-85 670-671 794-796",
    "GA": "551-552 793",
    "GJ": "438-462 641 668-669 672-676 789",
    "HP": "15-26",
    "HR": "58-76 604 619 701 792",
    "JH": "322-343 606-607",
    "JK": "1-5 7-8 10-14 620-627",
    "KA": "524-550 630-631 635 738",
    "KL": "554-567",
    "LA": "6 9",
    "LD": "553",
    "MH": "466-500 665",
    "ML": "273-279 656-658 663 740",
    "MN": "252-260 711-717",
    "MP": "390-437 638-639 667 722 766 784-785",
    "MZ": "261-268 726-728",
    "NL": "244-251 613-615 736 757-758 764-765 788",
    "OD": "344-373",
    "PB": "27-43 605 608-609 651 662 737",
    "PY": "598-601",
    "RJ": "86-117 629 767-768 770 772 774-775 777 782",
    "SK": "225-228 741-742",
    "TN": "568-597 610 634 729-733 735",
    "TR": "269-272 652-655",
    "TS": "501 507-509 512-514 516 518 522 680-700 720-721",
    "UK": "45-57",
    "UP": "118-187 633 640 659-661",
    "WB": "303-321 664 702-704",
}
"""State → LGD codes, ranges joined by a hyphen."""


def _codes(spans: str) -> list[int]:
    codes: list[int] = []
    for span in spans.split():
        first, _, last = span.partition("-")
        codes.extend(range(int(first), int(last or first) + 1))
    return codes


STATE_OF_DISTRICT: Mapping[int, str] = {code: state for state, spans in _DISTRICTS.items() for code in _codes(spans)}
"""LGD district code → state, such as 315 → WB."""
STATE_CODES: Mapping[str, int] = {
    "AN": 35, "AP": 28, "AR": 12, "AS": 18, "BR": 10, "CG": 22, "CH": 4, "DH": 38, "DL": 7,
    "GA": 30, "GJ": 24, "HP": 2, "HR": 6, "JH": 20, "JK": 1, "KA": 29, "KL": 32, "LA": 37,
    "LD": 31, "MH": 27, "ML": 17, "MN": 14, "MP": 23, "MZ": 15, "NL": 13, "OD": 21, "PB": 3,
    "PY": 34, "RJ": 8, "SK": 11, "TN": 33, "TR": 16, "TS": 36, "UK": 5, "UP": 9, "WB": 19,
}  # fmt: skip
"""State, as above → its LGD code."""


def region_of_state(state: str) -> str:
    """The state as ISO 3166-2 calls it, such as IN-WB; `state` as in `STATE_OF_DISTRICT`."""
    return f"IN-{state}"


def districts_of_region(region: str | None) -> frozenset[int]:
    """The LGD codes of the state that ISO 3166-2 calls so, such as IN-WB; none for any other text."""
    return frozenset(_codes(_DISTRICTS.get((region or "").removeprefix("IN-"), "")))


def districts_nearby(district: int) -> frozenset[int]:
    """The other districts of the same state (LGD codes); none where the code is unknown."""
    state = STATE_OF_DISTRICT.get(district)
    return frozenset(code for code, its in STATE_OF_DISTRICT.items() if its == state and code != district)
