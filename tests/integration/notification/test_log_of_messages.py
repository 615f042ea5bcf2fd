"""The log of this service on screen: a data officer reads what was done in the own districts."""

from sqlalchemy import text

from notification_service.use_cases.apply_organization import apply_organization
from support.notification import BODY, DATA_OFFICER, KOLKATA, MANAGER, NGO, OTHER_MANAGER, OTHER_NGO, WORKER, Scene

_KNOWN = "INSERT INTO organization (id, status, district, deleted, version) VALUES (:id, 'active', :district, false, 1)"


def test_a_data_officer_reads_what_was_done_in_the_own_districts_and_nobody_else_reads_any(scene: Scene) -> None:
    with scene.db.transaction() as session:
        known = [{"id": NGO, "district": KOLKATA}, {"id": OTHER_NGO, "district": KOLKATA + 1}]
        session.execute(text(_KNOWN), known)
    for manager in (MANAGER, OTHER_MANAGER):
        scene.client.get(f"/deliveries/{manager}", headers=scene.headers(manager))

    page = scene.client.get("/log", headers=scene.headers(DATA_OFFICER)).text

    assert f'<code class="small" translate="no">{MANAGER}</code>' in page
    assert str(OTHER_MANAGER) not in page
    assert scene.client.get("/log", headers=scene.headers(WORKER)).status_code == 403


def test_the_body_of_a_state_reads_what_was_done_in_all_of_its_districts(scene: Scene) -> None:
    near, far = KOLKATA + 1, 507
    with scene.db.transaction() as session:
        session.execute(text(_KNOWN), [{"id": NGO, "district": near}, {"id": OTHER_NGO, "district": far}])
        heard = {"organization_id": str(BODY), "status": "active", "district": KOLKATA, "deleted": False, "version": 9}
        apply_organization(session, {**heard, "whole_state": True})
    for manager in (MANAGER, OTHER_MANAGER):
        scene.client.get(f"/deliveries/{manager}", headers=scene.headers(manager))

    page = scene.client.get("/log", headers=scene.headers(DATA_OFFICER)).text

    assert str(MANAGER) in page
    assert str(OTHER_MANAGER) not in page, "of another state"


def test_the_tabs_lead_to_the_logs_of_the_other_services_with_the_same_filters(scene: Scene) -> None:
    page = scene.client.get(f"/log?account={MANAGER}&kind=refusals", headers=scene.headers(DATA_OFFICER)).text

    for host in ("referral", "directory", "notification"):
        assert f'href="http://{host}.test/log?account={MANAGER}&amp;kind=refusals"' in page
