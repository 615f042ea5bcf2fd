"""POST, PUT and DELETE /api/session."""

from datetime import timedelta
from uuid import UUID, uuid4

from sqlalchemy import text

from directory_service.accounts.domain.attempt_limits import TRIES_PER_ACCOUNT
from directory_service.listings.use_cases.remove_listing import remove_organization
from support.accounts import (
    House,
    Person,
)


def an_officer(house: House) -> Person:
    return house.person("officer", house.organization("police_unit"))


def test_an_officer_signs_in_with_the_user_name(house: House) -> None:
    officer = an_officer(house)

    answer = house.sign_in(officer)

    assert answer.status_code == 201
    assert set(answer.get_json()) == {"token", "expires_at", "memberships"}
    assert [set(one) for one in answer.get_json()["memberships"]] == [{"id", "organization", "role"}]
    assert answer.get_json()["memberships"][0]["role"] == "officer"
    assert answer.headers["Cache-Control"] == "no-store"


def test_phone_and_mail_work_in_any_spelling(house: House) -> None:
    officer = an_officer(house)
    with house.worker.transaction() as session:
        session.execute(
            text("UPDATE account SET phone = '+919800012345', mail = 'a.b@example.org' WHERE id = :id"),
            {"id": officer.account},
        )

    for handle in ("98000 12345", "+91 98000-12345", "098000 12345", "A.B@Example.ORG", officer.user.upper()):
        answer = house.client().post("/api/session", json={"user": handle, "password": officer.password})
        assert answer.status_code == 201, handle


def test_unknown_account_and_wrong_password_get_the_same_answer(house: House) -> None:
    officer = an_officer(house)

    wrong = house.client().post("/api/session", json={"user": officer.user, "password": "not the password"})
    unknown = house.client().post("/api/session", json={"user": "nobody.here", "password": "not the password"})

    assert wrong.status_code == unknown.status_code == 401
    assert wrong.get_json() == unknown.get_json()
    assert wrong.get_json()["type"] == "/problems/bad-credentials"
    assert house.audited("session.start", "denied") == 2


def test_a_case_worker_needs_a_code_and_a_code_works_once(house: House) -> None:
    worker = house.person("case_worker", house.organization("provider"))
    body = {"user": worker.user, "password": worker.password}

    without = house.client().post("/api/session", json=body)
    code = house.code(worker)
    first = house.client().post("/api/session", json={**body, "code": code})
    again = house.client().post("/api/session", json={**body, "code": code})

    assert (without.status_code, without.get_json()["type"]) == (401, "/problems/second-factor-required")
    assert first.status_code == 201
    assert (again.status_code, again.get_json()["type"]) == (401, "/problems/bad-credentials")
    assert "a code works once" in again.get_json()["detail"]


def test_tries_are_throttled_per_account_known_or_not(house: House) -> None:
    officer = an_officer(house)

    for user in (officer.user, "nobody.here"):
        answers = [
            house.client().post("/api/session", json={"user": user, "password": "wrong"})
            for _ in range(TRIES_PER_ACCOUNT + 1)
        ]
        assert [answer.status_code for answer in answers] == [401] * TRIES_PER_ACCOUNT + [429]
        assert 1 <= int(answers[-1].headers["Retry-After"]) <= 900
    assert house.sign_in(officer).status_code == 429, "from a network and a browser that failed so often"
    house.clock.advance(timedelta(minutes=16))
    assert house.sign_in(officer).status_code == 201


def test_another_spelling_is_no_new_try(house: House) -> None:
    spellings = [
        "98000 12345",
        "+919800012345",
        "098000-12345",
        "9 8 0 0 0 1 2 3 4 5",
        "(98000) 12345",
        "+91 98000 12345",
    ]

    statuses = [
        house.client().post("/api/session", json={"user": spelling, "password": "wrong"}).status_code
        for spelling in spellings * 2
    ]

    assert statuses == [401] * TRIES_PER_ACCOUNT + [429] * (len(spellings) * 2 - TRIES_PER_ACCOUNT)


def test_right_sign_ins_never_run_into_the_throttle(house: House) -> None:
    officer = an_officer(house)

    statuses = {house.sign_in(officer).status_code for _ in range(TRIES_PER_ACCOUNT + 5)}

    assert statuses == {201}


def test_sign_out_revokes_at_once_and_tells_the_others(house: House) -> None:
    bearer = house.bearer(an_officer(house))

    assert house.client().delete("/api/session", headers=bearer).status_code == 204

    assert house.client().delete("/api/session", headers=bearer).status_code == 401
    (event,) = house.events("directory.session.revoked.v1")
    assert set(event) == {"session_id", "expires_at", "version"}


def test_switching_the_membership_gives_a_token_for_it(house: House) -> None:
    unit, other = house.organization("police_unit"), house.organization("court")
    officer = house.person("officer", unit)
    house.second_role(officer, "officer", other)
    signed_in = house.sign_in(officer).get_json()
    wanted = next(one["id"] for one in signed_in["memberships"] if UUID(one["organization"]) == other)
    bearer = {"Authorization": f"Bearer {signed_in['token']}"}

    switched = house.client().put("/api/session", json={"membership": wanted}, headers=bearer)
    foreign = house.client().put("/api/session", json={"membership": str(uuid4())}, headers=bearer)

    assert switched.status_code == 200
    assert switched.get_json()["token"] != signed_in["token"]
    assert foreign.status_code == 422
    assert foreign.get_json()["errors"][0]["field"] == "membership"


def test_a_fresh_code_renews_the_second_factor_in_the_token(house: House) -> None:
    worker = house.person("case_worker", house.organization("provider"))
    bearer = house.bearer(worker)

    right = house.client().post("/api/session/second-factor", json={"code": house.code(worker)}, headers=bearer)
    wrong = house.client().post("/api/session/second-factor", json={"code": "000000"}, headers=bearer)

    assert right.status_code == 200
    assert (wrong.status_code, wrong.get_json()["type"]) == (401, "/problems/bad-credentials")


def test_a_closed_a_removed_and_a_waiting_organisation_let_nobody_in(house: House) -> None:
    unit, gone, waiting = house.organization("police_unit"), house.organization("provider"), house.organization("court")
    people = [house.person("officer", unit), house.person("provider_manager", gone), house.person("officer", waiting)]
    with house.worker.transaction() as session:
        session.execute(text("UPDATE organization SET status = 'closed' WHERE id = :id"), {"id": unit})
        session.execute(text("UPDATE organization SET status = 'pending' WHERE id = :id"), {"id": waiting})
        remove_organization(session, gone, house.clock.now())

    for person in people:
        answer = house.sign_in(person)
        assert (answer.status_code, answer.get_json()["type"]) == (403, "/problems/no-membership")


def test_of_a_provider_that_waits_to_be_let_in_the_manager_comes_in_and_fills_in_the_listing(house: House) -> None:
    waiting = house.organization("provider", status="pending")
    manager, worker = house.person("provider_manager", waiting), house.person("case_worker", waiting)
    service = f"/api/services/{uuid4()}"

    made = house.client().put(
        service, json={"name": "Talk", "status": "active"}, headers={**house.bearer(manager), "If-None-Match": "*"}
    )

    assert made.status_code == 201
    assert house.client().get(service).status_code == 404, "nothing of it is public"
    assert house.browser(manager).get("/listings").status_code == 200
    assert house.sign_in(worker).status_code == 403


def test_bad_bodies_name_the_field(house: House) -> None:
    cases = [
        ({"user": "x"}, 422, "password"),
        ({"user": "x", "password": "y", "colour": 1}, 422, "colour"),
        ({"user": 5, "password": "y"}, 422, "user"),
        ({"user": "x", "password": "y" * 2000}, 422, "password"),
        ({"user": "x", "password": "y", "membership": "no"}, 422, "membership"),
    ]
    for body, status, name in cases:
        answer = house.client().post("/api/session", json=body)
        assert answer.status_code == status
        assert name in [error["field"] for error in answer.get_json()["errors"]]


def test_prison_health_staff_who_is_an_officer_too_is_told_so_and_gets_no_session(house: House) -> None:
    prison, other = house.organization("prison"), house.organization("prison")
    nurse = house.person("custody_health", prison)
    with house.worker.transaction() as session:  # as before no account could have both
        session.execute(
            text(
                "INSERT INTO membership (id, account_id, organization_id, organization_kind, organization_district,"
                " role, side, districts, version, started_at)"
                " VALUES (:id, :account, :place, 'prison', 315, 'officer', 'referring', '{}', 1, now())"
            ),
            {"id": uuid4(), "account": nurse.account, "place": other},
        )

    answer = house.sign_in(nurse)

    assert (answer.status_code, answer.get_json()["type"]) == (403, "/problems/never-together")
    assert answer.get_json()["title"] == "Roles that nobody may have together"
    assert answer.get_json()["detail"] == "Prison health staff is nobody's officer or supervisor."
