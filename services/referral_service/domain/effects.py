"""Effects of a transition on a task, as columns and values.

Why: the table says *what* touches which clock; this says how, once, for acts of providers, referrers, coordinators and
the worker. Promises: pure; returns new values and changes nothing. Times are aware, in UTC. When not to use it: for
the referrer's row (`Decision.view` says it) or for events.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from typing import Any
from uuid import UUID

from referral_service.domain import clocks
from referral_service.domain import vocabulary as words
from referral_service.domain.clocks import (
    IsHoliday,
    Times,
)
from referral_service.domain.lifecycle import Decision
from referral_service.domain.vocabulary import ENDED, UNDECIDED, Clock, Status
from referral_service.domain.wall import TaskView
from setu.india import INDIA

NOTHING_DUE = datetime(9999, 12, 31, tzinfo=UTC)
"""Sorts behind everything that is due."""
_STOPPED: dict[str, Any] = {
    "due": NOTHING_DUE,
    "ack_due": None,
    "remind_at": None,
    "escalate_at": None,
    "expire_at": None,
    "decision_due": None,
    "paused_at": None,
    "contact_due": None,
    "review_on": None,
}


@dataclass(frozen=True)
class Circumstances:
    """What the effect depends on besides the task: when, whose act, the state's calendar, the spans."""

    now: datetime
    organization: UUID | None
    is_holiday: IsHoliday
    times: Times


def effects(task: TaskView, decision: Decision, body: Mapping[str, Any], at: Circumstances) -> dict[str, Any]:
    """The columns of the task that change, with the version one higher."""
    row = decision.transition
    values: dict[str, Any] = {"version": task.version + 1, "touched_at": at.now, "untouched_told_at": None}
    if row.hides:
        return values | _hidden(task, decision, at.now)
    if row.target is not None:
        values["status"] = decision.status
    if row.claims and task.unclaimed and at.organization is not None:
        values |= _claimed(task, at.organization)
    if row.drops and at.organization is not None:
        values |= _dropped(task, at.organization)  # why one candidate declined is not for the others
    else:
        values |= _recorded(decision, body, at.now)
    if row.business_status is not None or row.event == "answer":
        values["business_status"] = row.business_status
    elif row.target is not None:
        values["business_status"] = None
    if row.clock is not None:
        values |= _clock(task, row.clock, body, at)
    if row.target is not None:
        values |= _closed(task, decision.status, at.now)
    return values


def _hidden(task: TaskView, decision: Decision, now: datetime) -> dict[str, Any]:
    values: dict[str, Any] = {"ghost": True, "needs": None}
    if decision.transition.target is not None:
        values["ended_as"] = decision.status
    if task.status not in UNDECIDED:
        values |= _STOPPED | {"clock": Clock.NONE, "closed_at": task.closed_at or now}
    return values


def _claimed(task: TaskView, organization: UUID) -> dict[str, Any]:
    pairs = zip(task.candidate_organizations, task.candidate_services, strict=True)
    return {
        "organization_id": organization,
        "service_id": next((service for candidate, service in pairs if candidate == organization), None),
    }


def _dropped(task: TaskView, organization: UUID) -> dict[str, Any]:
    pairs = zip(task.candidate_organizations, task.candidate_services, strict=True)
    left = [pair for pair in pairs if pair[0] != organization]
    return {
        "organization_id": None,
        "service_id": None,
        "candidate_organizations": [organization for organization, _ in left],
        "candidate_services": [service for _, service in left],
    }


def _recorded(decision: Decision, body: Mapping[str, Any], now: datetime) -> dict[str, Any]:
    recorded = {name: body[name] for name in ("outcome", "first_contact") if name in body}
    if decision.transition.target is not None:
        recorded["reason"] = body.get("reason")
    if decision.status is Status.RECEIVED and decision.transition.claims:
        recorded["opened_at"] = now
    if decision.transition.event == "expire":
        recorded["reason"] = words.NO_RESPONSE
    return recorded


def _closed(task: TaskView, status: Status, now: datetime) -> dict[str, Any]:
    """Closing is when nothing is left to do: at the end, or for a ghost as soon as it has been answered."""
    if status in ENDED or (task.ghost and status not in UNDECIDED):
        return _STOPPED | {"clock": Clock.NONE, "closed_at": now}
    return {}


def _clock(task: TaskView, clock: Clock, body: Mapping[str, Any], at: Circumstances) -> dict[str, Any]:
    if clock is Clock.REVIEW:
        return _review(body["review_on"])
    start = _STARTS.get(clock)
    return _STOPPED | {"clock": clock} if start is None else start(task, at)


def _acknowledge(task: TaskView, at: Circumstances) -> dict[str, Any]:
    due = clocks.acknowledge(task.priority, at.now, at.is_holiday, at.times)
    return _STOPPED | {
        "clock": Clock.ACKNOWLEDGE,
        "ack_due": due.escalate,
        "due": due.escalate,
        "remind_at": due.remind,
        "escalate_at": due.escalate,
        "expire_at": due.expire,
    }


def _decide(task: TaskView, at: Circumstances) -> dict[str, Any]:
    """From opening on. The expiry runs on through every pause."""
    due = clocks.decision_due(task.priority, at.now, at.is_holiday, at.times)
    expire = clocks.acknowledge(task.priority, at.now, at.is_holiday, at.times).expire
    return _STOPPED | _deciding_by(due, task, at) | {"expire_at": expire}


def _pause(task: TaskView, at: Circumstances) -> dict[str, Any]:
    """The decision waits for an answer, but not for ever: its reminder lets it run on."""
    again = clocks.pause_ends(task.priority, at.now, at.is_holiday, at.times)
    return {"clock": Clock.PAUSED, "paused_at": at.now, "remind_at": again, "escalate_at": None}


def run_on(task: TaskView, at: Circumstances) -> dict[str, Any]:
    """The columns of a paused decision that goes on: the pause's length is added. None of any other clock."""
    if task.clock != Clock.PAUSED or task.paused_at is None or task.decision_due is None:
        return {}
    return _deciding_by(task.decision_due + (at.now - task.paused_at), task, at) | {"paused_at": None}


def _deciding_by(due: datetime, task: TaskView, at: Circumstances) -> dict[str, Any]:
    return {
        "clock": Clock.DECIDE,
        "decision_due": due,
        "due": due,
        "remind_at": due,
        "escalate_at": due + _span(task.priority, at.times),
    }


def _contact(task: TaskView, at: Circumstances) -> dict[str, Any]:
    due = clocks.contact_due(task.priority, at.now, at.is_holiday, at.times)
    return _STOPPED | {"clock": Clock.CONTACT, "contact_due": due, "due": due, "remind_at": due}


def _span(priority: str, times: Times) -> timedelta:
    return times.urgent_decide if priority == clocks.URGENT else timedelta(days=1)


def _review(day: date) -> dict[str, Any]:
    morning = datetime.combine(day, time(9), INDIA).astimezone(UTC)
    return _STOPPED | {"clock": Clock.REVIEW, "review_on": day, "due": morning, "remind_at": morning}


_STARTS: Mapping[Clock, Callable[[TaskView, Circumstances], dict[str, Any]]] = {
    Clock.ACKNOWLEDGE: _acknowledge,
    Clock.DECIDE: _decide,
    Clock.PAUSED: _pause,
    Clock.RESUME: run_on,
    Clock.CONTACT: _contact,
}
