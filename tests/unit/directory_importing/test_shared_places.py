"""A shared place is read and sent under its public id, and kept as the organisation's own copy."""

from directory_service.hsds.api.service_body import with_own_places
from directory_service.listings.domain.confidential_locations import split_exact
from support.listings import a_place, a_provider, an_id


def test_what_is_sent_under_the_shared_id_means_the_own_copy() -> None:
    sent = {
        "id": "s",
        "service_at_locations": [
            {"id": "1", "location_id": "x", "location": {"id": "x"}},
            {"id": "2", "location_id": "y"},
        ],
    }

    assert with_own_places(sent, {"x": "copy"})["service_at_locations"] == [
        {"id": "1", "location_id": "copy", "location": {"id": "copy"}},
        {"id": "2", "location_id": "y"},
    ]
    assert with_own_places(sent, {}) is sent


def test_a_hidden_copy_keeps_the_shared_id_to_itself() -> None:
    open_copy = a_place(a_provider(), shared_id=an_id("hall"))
    hidden = a_place(a_provider(), shared_id=an_id("hall"), confidential=True)

    assert open_copy.public_id == an_id("hall")
    assert hidden.public_id == hidden.id
    shown, exact = split_exact(hidden)
    assert "shared_id" not in shown
    assert exact["shared_id"] == str(an_id("hall"))
