"""A district's training: sessions that are planned by the form, strength as the registry keeps it, files."""

from collections.abc import Mapping
from datetime import date
from io import BytesIO
from uuid import UUID, uuid4

from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from directory_service.listings.domain.records import Organization
from directory_service.organizations.store.tables_strength import PostedStrength
from support.partnership import BODY, FAR_BODY, NODI, PRISON, STATION, Partnership

OTHER_PLACE = "Training centre"


def today(partnership: Partnership) -> date:
    return partnership.clock.now().date()


def plan_session(partnership: Partnership, day: date | None = None, *, at: Organization = BODY, **typed: str) -> UUID:
    """A session of the body's district, planned by its form; `day` is today unless said."""
    made, theirs = uuid4(), [str(NODI.id), str(STATION.id)] if at is BODY else [str(FAR_BODY.id)]
    form = {"session": str(made), "day": str(day or today(partnership)), "place": OTHER_PLACE} | typed
    answer = partnership.browser("coordinator", at).post(
        "/training/new", data={**form, "topics": ["overdose", "law"], "trainers": theirs}
    )
    assert answer.status_code == 303, answer.text
    return made


def post_strength(partnership: Partnership, figures: Mapping[str, int], *, at: Organization = STATION) -> None:
    """What a unit has posted, by rank, as of today."""
    with partnership.worker() as session:
        for rank, posted in figures.items():
            row = {"organization_id": at.id, "scope": "own", "rank": rank, "posted": posted, "source": "Roll"}
            session.merge(PostedStrength(**row, as_of=today(partnership), entered_at=partnership.clock.now()))


def count(browser: FlaskClient, session: UUID, unit: str = "", **numbers: str) -> TestResponse:
    """Fill in the form of attendance: `PC="12/3"` are twelve, three of them again."""
    form = {"unit": unit}
    for rank, typed in numbers.items():
        came, _, again = typed.partition("/")
        form |= {f"came.{rank}": came, f"again.{rank}": again}
    return browser.post(f"/training/{session}/attendance", data=form)


def send_counts(browser: FlaskClient, content: str) -> TestResponse:
    return browser.post("/training/upload", data={"sheet": (BytesIO(content.encode()), "attendance.csv")})


PRISON_UNIT = str(PRISON.id)
