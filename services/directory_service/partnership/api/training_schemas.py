"""Shapes of training in the JSON API: sessions, counts by rank, coverage."""

from typing import Any

from marshmallow import Schema, ValidationError, fields, post_load, validate

from directory_service.organizations.domain.ranks import GROUPS, RANKS
from directory_service.partnership.domain import training as rules
from directory_service.partnership.domain.coverage import Coverage, DistrictCoverage
from directory_service.partnership.domain.meetings import LONGEST_PLACE
from directory_service.partnership.domain.training import RankCount
from directory_service.partnership.store.tables_training import TrainingSession
from directory_service.partnership.use_cases.training.plan_training import TrainingPlan
from directory_service.partnership.use_cases.training.show_training import TrainingView

_RANK = validate.OneOf(tuple(RANKS))
_TOPIC = validate.OneOf(tuple(rules.TOPICS))


class TrainingOut(Schema):
    """A training session of a district (LGD code) on a day in India."""

    id = fields.UUID(required=True)
    district = fields.Integer(required=True)
    day = fields.Date(required=True)
    place = fields.String(required=True)
    topics = fields.List(fields.String(validate=_TOPIC), required=True)
    state = fields.String(required=True, validate=validate.OneOf(rules.STATES))
    version = fields.Integer(required=True)


class TrainingsOut(Schema):
    """A page of sessions, the latest first."""

    items = fields.List(fields.Nested(TrainingOut), required=True)
    next = fields.String(required=True, allow_none=True)


class CountOut(Schema):
    """How many of a rank came from a unit; `organization_id` null: several units counted together."""

    organization_id = fields.UUID(required=True, allow_none=True)
    rank = fields.String(required=True, validate=_RANK)
    attended = fields.Integer(required=True)
    repeat = fields.Integer(required=True)


class WholeTrainingOut(TrainingOut):
    """A session with the organisations that train, and who came by rank; never a name."""

    trainers = fields.List(fields.UUID(), required=True)
    counts = fields.List(fields.Nested(CountOut), required=True)


class TrainingIn(Schema):
    """What is planned."""

    district = fields.Integer(required=True, strict=True)
    day = fields.Date(required=True)
    place = fields.String(load_default="", validate=validate.Length(0, LONGEST_PLACE))
    topics = fields.List(fields.String(validate=_TOPIC), required=True, validate=validate.Length(1, len(rules.TOPICS)))
    trainers = fields.List(fields.UUID(), required=True, validate=validate.Length(1, rules.MOST_TRAINERS))

    @post_load
    def _typed(self, data: dict[str, Any], **_: Any) -> TrainingPlan:
        return TrainingPlan(**data)


class CountIn(Schema):
    """How many of a rank came, and how many of them were trained within the last 24 months already."""

    rank = fields.String(required=True, validate=_RANK)
    attended = fields.Integer(required=True, strict=True, validate=validate.Range(0, rules.MOST_CAME))
    repeat = fields.Integer(load_default=0, strict=True, validate=validate.Range(0, rules.MOST_CAME))

    @post_load
    def _typed(self, data: dict[str, Any], **_: Any) -> RankCount:
        try:
            return RankCount(**data)
        except ValueError:
            raise ValidationError("Not more than came.", "repeat") from None


class CountsIn(Schema):
    """What was counted of a unit; ranks that are not named stay as they are."""

    counts = fields.List(fields.Nested(CountIn), required=True, validate=validate.Length(1, len(RANKS)))


class CoverageOut(Schema):
    """A rank or a group. `percent` is an upper bound; null where the strength is not known."""

    trained = fields.Integer(required=True)
    posted = fields.Integer(required=True, allow_none=True)
    percent = fields.Integer(required=True, allow_none=True)
    untrained = fields.Integer(required=True, allow_none=True)
    known_units = fields.Integer(required=True)
    units = fields.Integer(required=True)
    as_of = fields.Date(required=True, allow_none=True)
    old = fields.Boolean(required=True)
    refresher_due = fields.Integer(required=True)


class DistrictCoverageOut(Schema):
    """A district by group of ranks and by rank."""

    district = fields.Integer(required=True)
    groups = fields.Dict(keys=fields.String(validate=validate.OneOf(tuple(GROUPS))), values=fields.Nested(CoverageOut))
    ranks = fields.Dict(keys=fields.String(validate=_RANK), values=fields.Nested(CoverageOut))


class CoveragesOut(Schema):
    """The districts, least covered first."""

    items = fields.List(fields.Nested(DistrictCoverageOut), required=True)


def training_document(row: TrainingSession) -> dict[str, Any]:
    """A session without what is in it."""
    return {
        "id": str(row.id),
        "district": row.district_code,
        "day": row.day.isoformat(),
        "place": row.place,
        "topics": row.topics,
        "state": row.state,
        "version": row.version,
    }


def whole_training_document(view: TrainingView) -> dict[str, Any]:
    """A session with trainers and counts."""
    counts = [
        {
            "organization_id": str(unit) if unit else None,
            "rank": count.rank,
            "attended": count.attended,
            "repeat": count.repeat,
        }
        for unit, ranks in view.counts.items()
        for count in ranks.values()
    ]
    return training_document(view.training) | {"trainers": [str(each) for each in view.trainers], "counts": counts}


def district_coverage_document(district: int, coverage: DistrictCoverage) -> dict[str, Any]:
    """A district's coverage."""
    return {
        "district": district,
        "groups": {group: coverage_document(each) for group, each in coverage.groups.items()},
        "ranks": {rank: coverage_document(each) for rank, each in coverage.ranks.items()},
    }


def coverage_document(one: Coverage) -> dict[str, Any]:
    """A rank's or group's coverage."""
    return {
        "trained": one.trained,
        "posted": one.posted.posted,
        "percent": one.percent,
        "untrained": one.untrained,
        "known_units": one.posted.known,
        "units": one.posted.units,
        "as_of": one.posted.as_of.isoformat() if one.posted.as_of else None,
        "old": one.posted.old,
        "refresher_due": one.due,
    }
