"""The form reads the directory once a page, in a transaction that the view opens."""

from sqlalchemy import event

from support.referral import ReferralService
from support.referrals.form import FormFiller


def test_each_page_of_the_form_reads_the_services_once(setu: ReferralService, officer: FormFiller) -> None:
    officer.up_to_review()
    seen: list[str] = []
    engine = setu.app.extensions["setu"].db.engine
    event.listen(engine, "before_cursor_execute", lambda *given: seen.append(given[2]))

    for step in ("consent", "review"):
        seen.clear()
        assert officer.client.get(officer.at(f"/new/{step}")).status_code == 200
        assert sum("directory_service" in statement for statement in seen) == 1, (step, seen)
