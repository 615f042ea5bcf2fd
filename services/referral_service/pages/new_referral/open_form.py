"""Snapshot of an open form and of what the directory says of it; a view reads it once and hands it to the steps.

Why: a step that reads the directory by itself opens a transaction that nobody sees who reads the view. Promises: one
transaction a request; the steps below it read nothing. When not to use it: to decide whether a service may be asked
when the form is sent; submission reads the directory again.
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Self
from uuid import UUID

from sqlalchemy.orm import Session

from referral_service.domain.form_state import FormState, many, one
from referral_service.domain.listed_service import ListedService
from referral_service.store.directory import DirectoryOrganization, find_organization, listed_by_id, listed_in
from service_kit.identity import Principal

_UUID = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}")


@dataclass(frozen=True)
class OpenForm:
    """Who fills it in, what was answered so far, and the directory's listings of what it may name.

    `unit` is there for the first step alone, `in_district` for the second: the services that serve the district.
    """

    who: Principal
    state: FormState
    unit: DirectoryOrganization | None = None
    in_district: Sequence[ListedService] = ()
    picked: Mapping[UUID, ListedService] = field(default_factory=dict)

    def with_state(self, state: FormState) -> Self:
        """The same form with other answers; a service picked just now is one of the district's."""
        return replace(self, state=state)

    def picked_services(self) -> list[ListedService]:
        """What was picked, in the order in which it was named; a service that is not listed any more is left out."""
        listed = {service.id: service for service in self.in_district} | dict(self.picked)
        return [listed[service_id] for service_id in _picked_ids(self.state) if service_id in listed]


def read_form(session: Session, who: Principal, state: FormState, step: str) -> OpenForm:
    """The form with what this step, and the choice made before, need of the directory."""
    unit = find_organization(session, who.organization) if step == "place" else None
    at_choice = step == "who" and "place" in state.done
    in_district = listed_in(session, int(one(state.values("place"), "district"))) if at_choice else ()
    ids = _picked_ids(state)
    return OpenForm(who, state, unit, in_district, listed_by_id(session, ids) if ids else {})


def _picked_ids(state: FormState) -> list[UUID]:
    picked = one(state.values("who"), "service")
    typed = [picked] if picked else many(state.values("who"), "candidates")
    return [UUID(service) for service in typed if _UUID.fullmatch(service)]
