"""What was edited here since the last import stays, with everything that goes with it; the rest follows the file."""

from typing import Any

import pytest

from directory_service.importing.domain.kept_edits import EditConflict, keep_edits

BASE: dict[str, Any] = {"name": "Clinic", "phone": "1", "hsds": {"phones": [{"number": "1"}]}, "minimum_age": 18}


@pytest.mark.parametrize(
    ("ours", "theirs", "kept", "conflicts"),
    [
        ({}, {"name": "New"}, {"name": "New"}, []),
        ({"name": "Ours"}, {}, {"name": "Ours"}, [("name", "Ours", "Clinic")]),
        ({"name": "Ours"}, {"name": "Theirs"}, {"name": "Ours"}, [("name", "Ours", "Theirs")]),
        ({"name": "Same"}, {"name": "Same"}, {"name": "Same"}, []),
        ({"alert": "Closed today"}, {"name": "New"}, {"alert": "Closed today", "name": "New"}, []),
        ({"minimum_age": None}, {"minimum_age": 16}, {"minimum_age": None}, [("minimum_age", None, 16)]),
        (
            {"phone": "2", "hsds": {}},
            {"hsds": {"phones": [{"number": "3"}]}, "phone": "3"},
            {"phone": "2", "hsds": None},
            [("hsds.phones", None, [{"number": "3"}]), ("phone", "2", "3")],
        ),
        ({"maximum_age": 60}, {"minimum_age": 20}, {"maximum_age": 60, "minimum_age": 18}, [("minimum_age", 18, 20)]),
    ],
)
def test_edits_here_win_and_are_told(
    ours: dict[str, Any], theirs: dict[str, Any], kept: dict[str, Any], conflicts: list[tuple[str, Any, Any]]
) -> None:
    def changed(change: dict[str, Any]) -> dict[str, Any]:
        return {name: value for name, value in {**BASE, **change}.items() if value not in (None, {})}

    merged = keep_edits(BASE, changed(ours), changed(theirs))

    assert merged.record == changed({**theirs, **kept})
    assert merged.conflicts == tuple(EditConflict(*each) for each in conflicts)
