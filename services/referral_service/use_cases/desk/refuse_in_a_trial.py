"""Refuse words at the desk that could be of somebody real: a trial takes its samples."""

from collections.abc import Mapping

from referral_service.domain.trial import desk_faults
from referral_service.use_cases.dependencies import Dependencies
from service_kit.errors import FieldError, Invalid


class NotASample(Invalid):
    """In a trial, other words than the sample; it is the detail of each field."""


def refuse_in_a_trial(dependencies: Dependencies, typed: Mapping[str, str | None]) -> None:
    """Raise NotASample where this is a trial; `typed` by field of `DESK_SAMPLES`."""
    if dependencies.trial and (faults := [FieldError(field, sample) for field, sample in desk_faults(typed)]):
        raise NotASample(*faults)
