"""Refuse words at the desk that could be of somebody real: a trial takes its samples."""

from referral_service.domain.trial import desk_faults
from service_kit.errors import FieldError, Invalid


def refuse_in_a_trial(**typed: tuple[str | None, str]) -> None:
    """Field → what was typed, and the sample. Raises Invalid with the sample as the fault of each field."""
    if faults := [FieldError(field, sample) for field, sample in desk_faults(**typed)]:
        raise Invalid(*faults)
