"""What a provider reads after saving: what is public now and what is not, in the form's words and the sheet's alike."""

from dataclasses import replace

import pytest
from flask.testing import FlaskClient
from sqlalchemy import text

from directory_service.app import create_app
from directory_service.editing.pages.cell_words import cell_label, cell_words
from support.editing import PLACE, PROVIDER, SERVICE, Headers
from support.listings import Directory


def saved(client: FlaskClient, headers: Headers, address: str, **typed: str) -> str:
    """The page after the form at this address was sent with these answers over those it had."""
    seen = client.get(address, headers=headers()).text.partition('name="seen" value="')[2].partition('"')[0]
    answer = client.post(address, data={"seen": seen, **typed}, headers=headers())
    assert answer.status_code == 303, answer.text
    return client.get(answer.headers["Location"], headers=headers()).text


def test_a_service_that_was_switched_off_is_not_called_public(client: FlaskClient, headers: Headers) -> None:
    address = f"/listings/{SERVICE.id}/status/change"

    assert "It is switched off: nobody finds it." in saved(client, headers, address, status="inactive")
    assert "It is public now." in saved(client, headers, address, status="active")


def test_while_the_provider_waits_nothing_is_called_public(
    directory: Directory, client: FlaskClient, headers: Headers
) -> None:
    with directory.worker.transaction() as session:
        session.execute(text("UPDATE organization SET status = 'pending' WHERE id = :id"), {"id": PROVIDER.id})

    pages = [
        saved(client, headers, f"/listings/{SERVICE.id}/texts/change", name="Care for all", description="We help."),
        saved(client, headers, f"/listings/places/{PLACE.id}", area="Salt Lake", district=str(PLACE.district)),
    ]

    assert all("It becomes public when your organisation is let in." in page for page in pages)
    assert not any("It is public now." in page for page in pages)


def test_what_a_manager_adds_by_hand_is_confirmed_today_and_says_what_officers_need_to_know(
    client: FlaskClient, headers: Headers
) -> None:
    typed = {"name": "Counselling", "phone_number.0": "+91 98300 12345", "needs": "COUNS"}

    page = saved(client, headers, "/listings/new", **typed, accepting="open", cost="free")
    unsaid = saved(client, headers, "/listings/new", **typed, accepting="")
    wrong = client.post("/listings/new", data={**typed, "accepting": "perhaps"}, headers=headers())

    assert "Last confirmed on" in page
    assert "Nobody has confirmed it yet" not in page
    assert "Taking new people" in page
    assert "Free" in page
    assert "Taking new people" not in unsaid, "what was not said stays unsaid"
    assert wrong.status_code == 422


def test_a_hidden_address_is_not_called_public(client: FlaskClient, headers: Headers) -> None:
    typed = {"area": PLACE.area or "Salt Lake", "district": str(PLACE.district), "confidential": "yes"}

    page = saved(client, headers, f"/listings/places/{PLACE.id}", **typed)

    assert "The address is shown to nobody" in page
    assert "It is public now." not in page


@pytest.mark.parametrize("name", ["landmark", "area"])
def test_what_a_card_prints_of_a_place_tells_nobody_what_the_service_is_for(
    client: FlaskClient, headers: Headers, name: str
) -> None:
    address = f"/listings/places/{PLACE.id}"
    seen = client.get(address, headers=headers()).text.partition('name="seen" value="')[2].partition('"')[0]
    typed = {"seen": seen, "area": "Salt Lake", "district": str(PLACE.district)}

    refused = client.post(address, data={**typed, name: "Nasha Mukti Kendra gate"}, headers=headers())

    assert refused.status_code == 422
    assert "Leave out what the service is for" in refused.text
    assert client.post(address, data={**typed, name: "Behind the post office"}, headers=headers()).status_code == 303


def test_a_service_that_nobody_can_find_says_so(directory: Directory, client: FlaskClient, headers: Headers) -> None:
    page = f"/listings/{SERVICE.id}"
    assert "Nobody who looks for help finds it" not in client.get(page, headers=headers()).text

    directory.save(replace(SERVICE, needs=()))

    assert "Nobody who looks for help finds it yet" in client.get(page, headers=headers()).text


def test_a_service_that_officers_cannot_ask_for_says_so(
    directory: Directory, client: FlaskClient, headers: Headers
) -> None:
    page, said = f"/listings/{SERVICE.id}", "Officers of police, courts and prisons cannot ask for any of this"

    directory.save(replace(SERVICE, needs=("NSP", "ABSCESS")))
    alone = client.get(page, headers=headers()).text
    directory.save(replace(SERVICE, needs=("NSP", "OST")))
    mixed = client.get(page, headers=headers()).text

    assert said in alone
    assert said not in mixed


def test_a_service_that_was_added_leads_on_to_a_case_worker_where_there_is_none(
    directory: Directory, client: FlaskClient, headers: Headers
) -> None:
    typed = {"name": "Counselling", "phone_number.0": "+91 98300 12345", "needs": "COUNS"}
    shown = []
    for staffed in (["provider_manager"], ["provider_manager", "case_worker"]):
        with directory.worker.transaction() as session:
            session.execute(
                text("UPDATE organization SET staffed = :staffed WHERE id = :id"),
                {"staffed": staffed, "id": PROVIDER.id},
            )
        shown.append("Next: a case worker who answers" in saved(client, headers, "/listings/new", **typed))

    assert shown == [True, False]


def test_more_places_than_are_taken_name_the_greatest_number(client: FlaskClient, headers: Headers) -> None:
    address, typed = f"/listings/{SERVICE.id}/today/change", {"seen": "1", "accepting": "open"}

    refused = client.post(address, data={**typed, "places_available": "99999999"}, headers=headers())

    assert refused.status_code == 422
    assert "Enter a whole number, at most 100000" in refused.text
    assert client.post(address, data={**typed, "places_available": "100000"}, headers=headers()).status_code == 303


def test_another_language_keeps_what_was_typed_in_a_form_of_the_listing(client: FlaskClient, headers: Headers) -> None:
    address = f"/listings/{SERVICE.id}/texts/change"

    shown = client.post(address, data={"seen": "1", "name": "Half typed", "show_in": "hi"}, headers=headers())

    assert shown.status_code == 200
    assert 'lang="hi"' in shown.text
    assert 'value="Half typed"' in shown.text
    assert "Half typed" not in client.get(f"/listings/{SERVICE.id}", headers=headers()).text


TOLD = {
    ("accepting", "waiting_list"): ("New people", "Waiting list"),
    ("places_available", "4"): ("Places free", "4"),
    ("child_certified", "yes"): ("Certified for under 18s", "Yes"),
    ("languages", "bn; hi"): ("Languages", "Bengali, Hindi"),
    ("name_hi", "दवा"): ("Name in another language (Hindi)", "दवा"),
    ("opening_hours", "Mo-Fr 09:00-17:00"): ("Opening hours", "Mo-Fr 09:00-17:00"),
}


def test_a_sheets_columns_and_codes_are_told_in_the_forms_words(directory: Directory) -> None:
    with create_app(directory.settings, db=directory.web).test_request_context():
        told = {(column, cell): (cell_label(column), cell_words(column, cell)) for column, cell in TOLD}

    assert told == TOLD
