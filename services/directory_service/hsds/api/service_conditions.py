"""The standard's conditions on a service: parameters of the lists of services and of services at places alike."""

from marshmallow import Schema, fields

from directory_service.hsds.api.list_query import Flag, Moment


class ServiceConditions(Schema):
    """Each must hold."""

    organization_id = fields.UUID(metadata={"description": "Of this provider."})
    taxonomy_term_id = fields.UUID(metadata={"description": "With this term (its id in any vocabulary)."})
    taxonomy_id = fields.UUID(metadata={"description": "With a term of this vocabulary."})
    modified_after = Moment(
        metadata={
            "type": "string",
            "format": "date-time",
            "description": "Changed at this moment or later; without an offset UTC is meant.",
        }
    )
    full = Flag(load_default=False, metadata={"description": "Everything, not the one-to-one fields alone."})
