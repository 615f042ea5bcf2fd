"""A year of a state: who registers, agrees, meets, writes minutes, trains; month by month with a moving clock.

The directory's own clocks run as its worker runs them; figures come by event, as the referral service sends them.
"""

import random
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from pathlib import Path

from directory_service.consumers import HANDLERS
from directory_service.partnership.use_cases.propose_meetings import propose_meetings
from directory_service.partnership.use_cases.remind_of_partnership import remind_of_partnership
from directory_service.partnership.use_cases.tend_agreements import tend_agreements
from partnership_year.doors import Doors
from partnership_year.figures import InventedFigures, event_data
from partnership_year.journal import Journal
from partnership_year.months import DistrictMonth
from partnership_year.shape import DISTRICTS, MANAGER, PRISON, PROVIDER, STATE, STATE_NAME, STATION, Shape
from partnership_year.sign_agreements import sign_agreements
from service_kit.clock import FrozenClock
from service_kit.db.engine import Database
from service_kit.envelope import Event
from service_kit.ids import SystemIds
from setu.india import INDIA

FREEZE_DAY = 16
STATE_COORDINATOR, SECOND_COORDINATOR = "state.coordinator", "second.coordinator"


@dataclass
class PartnershipYear:
    """One play. `worker`: the database as the directory's background process has it; files go into `folder`."""

    doors: Doors
    worker: Database
    clock: FrozenClock
    shape: Shape
    folder: Path
    seed: int
    journal: Journal = field(default_factory=Journal)
    tell: Callable[[str], object] = str
    figures: InventedFigures = field(init=False)

    def __post_init__(self) -> None:
        units = {code: len(self.shape.in_district(code, STATION, PRISON)) for code in self.shape.districts}
        self.figures = InventedFigures({code: 12 + 14 * number for code, number in units.items()})

    def play(self, months: int) -> None:
        """Set the state up, then play so many months, and stand on the last day of the last."""
        self._set_up()
        for district in self.shape.districts:
            self.journal.of(district).agreements = sign_agreements(self.doors, self.shape, district, self._today())
        month = (self._today().replace(day=1) + timedelta(days=32)).replace(day=1)
        for number in range(months):
            self._month(month, number)
            self.tell(f"{month:%B %Y}: {self.journal.summary()}")
            month = (month + timedelta(days=32)).replace(day=1)
        self.at(datetime.combine(month - timedelta(days=1), time(20), INDIA))

    def at(self, moment: datetime) -> None:
        """Go on to a moment; the worker's clocks run there."""
        self.clock.set(max(moment, self.clock.now()))
        with self.worker.transaction() as session:
            propose_meetings(session, self.clock.now())
            tend_agreements(session, self.clock.now())
            remind_of_partnership(session, self.clock.now())

    def _set_up(self) -> None:
        slips = self.folder / "slips.html"
        named = [word for code in self.shape.districts for word in ("--district", f"{code}={DISTRICTS[code]}")]
        coordinators = {"State Coordinator": STATE_COORDINATOR, "Second Coordinator": SECOND_COORDINATOR}
        people = [word for name, user in coordinators.items() for word in ("--coordinator", f"{name}={user}")]
        people += [word for name in "ab" for word in ("--data-officer", f"Officer {name}=data.officer.{name}")]
        where = ["--state", f"{STATE}", "--state-name", STATE_NAME, "--body-district", f"{self.shape.districts[0]}"]
        body = ["--body", "State AIDS control society", "--slips", f"{slips}"]
        self.doors.command("start-state", *where, *named, *body, *people)
        self.doors.first_sign_in(slips.read_text())
        coordinator = self.doors.visit(STATE_COORDINATOR)
        coordinator.send_file("/registry/upload", self.shape.units_file())
        self.doors.first_sign_in(coordinator.send_file("/members/upload", self.shape.people_file()))
        coordinator.send_file("/registry/strength/upload", self.shape.strength_file(self._today()))
        self._begin_providers()

    def _begin_providers(self) -> None:
        """Each says what it offers, is let in by somebody who entered none of them, and adds its team."""
        providers = [place for place in self.shape.places if place.kind == PROVIDER]
        managers = [self.doors.visit(self.shape.person(place, MANAGER)) for place in providers]
        for place, manager in zip(providers, managers, strict=True):
            manager.send_file("/listings/upload", self.shape.services_file(place))
        self.doors.approve_providers(self.doors.visit(SECOND_COORDINATOR), managers)
        for place in providers:  # whose managers sign in anew
            manager = self.doors.visit(self.shape.person(place, MANAGER))
            self.doors.first_sign_in(manager.send_file("/members/upload", self.shape.team_file(place)))

    def _month(self, month: date, number: int) -> None:
        self.at(datetime.combine(month, time(9), INDIA))
        plays = [self._of(code, month) for code in self.shape.districts]
        for each in plays:
            each.plan()
        self._freeze(month)
        for moment, each in sorted(((each.starts_at, each) for each in plays), key=lambda pair: pair[0]):
            self.at(moment + timedelta(minutes=10))
            each.meet(month)
        for each in plays:
            if number % 2 == each.district % 2:
                each.train(self._today())
        for day in (26, 28):
            self.at(datetime.combine(month.replace(day=day), time(11), INDIA))
            for each in plays:
                each.follow_actions()

    def _of(self, district: int, month: date) -> DistrictMonth:
        chance = random.Random(f"{self.seed} {district} {month}")  # noqa: S311  # a seed that plays again
        return DistrictMonth(self.doors, self.shape, district, self.journal.of(district), chance)

    def _freeze(self, month: date) -> None:
        """The figures of the month before come on the sixteenth."""
        before = (month - timedelta(days=1)).replace(day=1)
        self.at(datetime.combine(month.replace(day=FREEZE_DAY), time(1), INDIA))
        for told in self.figures.freeze(before):
            data = event_data(told, self.clock.now())
            event = Event("referral.figures.frozen.v1", told.subject, data, SystemIds().uuid(), self.clock.now())
            with self.worker.transaction() as session:
                HANDLERS[event.type](session, event)
            if told.district is not None:
                self.journal.of(told.district).figures += 1

    def _today(self) -> date:
        return self.clock.now().astimezone(INDIA).date()
