"""The log of the directory on screen: who signed in, and what was done, in the own districts; by ids alone."""

from support.accounts import House


def test_a_data_officer_reads_who_signed_in_in_the_own_districts_without_names(house: House) -> None:
    body, station, elsewhere = (
        house.organization(kind, district=district, name=name)
        for kind, district, name in (
            ("coordinating_body", 315, "State Society"),
            ("police_unit", 315, "North Canary Station"),
            ("police_unit", 507, "Far Station"),
        )
    )
    reader = house.person("data_officer", body, districts=(315,))
    officer, stranger = house.person("officer", station, user="canary.officer"), house.person("officer", elsewhere)
    for person in (officer, stranger):
        house.sign_in(person)
    house.sign_in(officer, password="not the password")
    headers = house.bearer(reader)

    signed_in = house.client().get("/log?kind=sign-ins", headers=headers).text
    refused = house.client().get(f"/log?kind=refusals&object={officer.account}", headers=headers).text

    assert f'<code class="small" translate="no">{officer.account}</code>' in signed_in
    assert str(station) in signed_in
    assert str(stranger.account) not in signed_in
    assert "session.start" in refused
    for name in ("canary.officer", "North Canary Station", "State Society"):
        assert name not in signed_in
