"""No provider takes the id of what is another's, and so out of the tables that everybody copies."""

import io
import zipfile

from flask.testing import FlaskClient

from support.editing import (
    ADDRESS,
    OTHER,
    Headers,
    make_new,
    patch,
    somebody,
)
from support.listings import (
    Directory,
    a_service,
    an_id,
)

NUMBER, THEIRS = "+91 33 1111 1111", "+91 33 2222 2222"


def test_an_id_of_another_provider_becomes_an_own_one_that_stays(
    directory: Directory, client: FlaskClient, headers: Headers
) -> None:
    other = a_service(OTHER, "Other")
    directory.save(other)
    taken = {"id": str(an_id("a phone")), "number": NUMBER, "description": "Day"}
    [phone] = patch(client, headers('"1"'), {"phones": [taken]}).get_json()["phones"]
    rival, address = headers(who=somebody(OTHER.id)), f"/api/services/{other.id}"
    contact = {"id": str(an_id("a contact")), "name": "Desk", "phones": [{"id": phone["id"], "number": THEIRS}]}

    change = {"phones": [{**phone, "number": THEIRS, "description": "Mine"}], "contacts": [contact]}
    done = patch(client, {**rival, "If-Match": '"1"'}, change, address)
    again = patch(client, {**rival, "If-Match": done.headers["ETag"]}, change, address)

    assert (done.status_code, again.status_code, again.get_json()) == (200, 200, done.get_json())
    assert phone["id"] not in done.text
    assert client.get(ADDRESS, headers=headers()).get_json()["phones"] == [phone]
    directory.index()
    directory.pack()
    whole = zipfile.ZipFile(io.BytesIO(client.get("/api/export/datapackage.zip", buffered=True).data))
    numbers = whole.read("phones.csv").decode()
    assert (NUMBER in numbers, THEIRS in numbers) == (True, True)


def test_a_service_that_waits_under_an_id_that_another_took_tells_its_owner_so(
    directory: Directory, client: FlaskClient, headers: Headers
) -> None:
    make_new(directory)
    taken = a_service(OTHER, "Taken")
    address, page = f"/api/services/{taken.id}", f"/listings/{taken.id}"
    sent = client.put(address, json={"name": "Mine", "status": "active"}, headers=headers(**{"If-None-Match": "*"}))
    assert "obstacle" not in sent.get_json()
    directory.save(taken)

    waiting = client.get(f"{address}/change-request", headers=headers())

    assert (sent.status_code, waiting.status_code) == (202, 200)
    assert waiting.get_json()["obstacle"] == "id-taken"
    assert waiting.get_json()["service"]["name"] == "Mine"
    said = client.get(page, headers=headers()).text
    assert "so it cannot be put in" in said
    assert "Still right" not in said
    assert client.get(f"{address}/change-request", headers=headers(who=somebody(OTHER.id))).status_code == 404
    gone = client.delete(f"{address}/change-request", headers=headers(waiting.headers["ETag"]))
    assert (gone.status_code, client.get(page, headers=headers()).status_code) == (204, 404)
    assert client.get(address).get_json()["name"] == "Taken"
