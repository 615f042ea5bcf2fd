"""How the HSDS answers look in the OpenAPI document: shapes for readers, never used to serialize."""

from marshmallow import Schema, fields


class PageFields(Schema):
    """The standard's `Page` envelope without its contents."""

    total_items = fields.Integer()
    total_pages = fields.Integer()
    page_number = fields.Integer()
    size = fields.Integer()
    first_page = fields.Boolean()
    last_page = fields.Boolean()
    empty = fields.Boolean(required=True)


class HsdsOrganization(Schema):
    """HSDS 3.2.3 `organization`; the nested lists follow the standard."""

    id = fields.UUID(required=True)
    name = fields.String(required=True)
    description = fields.String(required=True)
    email = fields.Email()
    website = fields.URL()
    phones = fields.List(fields.Dict())
    locations = fields.List(fields.Dict())
    services = fields.List(fields.Dict())
    attributes = fields.List(fields.Dict())


class HsdsService(Schema):
    """HSDS 3.2.3 `service`; the nested lists follow the standard."""

    id = fields.UUID(required=True)
    organization_id = fields.UUID()
    name = fields.String(required=True)
    description = fields.String()
    status = fields.String(required=True)
    last_modified = fields.AwareDateTime()
    organization = fields.Nested(HsdsOrganization)
    phones = fields.List(fields.Dict())
    schedules = fields.List(fields.Dict())
    service_areas = fields.List(fields.Dict())
    service_at_locations = fields.List(fields.Dict())
    languages = fields.List(fields.Dict())
    attributes = fields.List(fields.Dict())


class ServiceInList(HsdsService):
    """A service in a list; with `minimal` only `id` and `modified_date`."""

    name = fields.String()
    status = fields.String()
    modified_date = fields.AwareDateTime()


class ServicePage(PageFields):
    """A page of services."""

    contents = fields.List(fields.Nested(ServiceInList), required=True)


class OrganizationPage(PageFields):
    """A page of providers."""

    contents = fields.List(fields.Nested(HsdsOrganization), required=True)


class HsdsAtLocation(Schema):
    """HSDS 3.2.3 `service_at_location`; the nested lists follow the standard."""

    id = fields.UUID(required=True)
    service_id = fields.UUID()
    location_id = fields.UUID()
    service = fields.Nested(HsdsService)
    location = fields.Dict()


class HsdsTaxonomy(Schema):
    """HSDS 3.2.3 `taxonomy`."""

    id = fields.UUID(required=True)
    name = fields.String(required=True)
    description = fields.String(required=True)
    version = fields.String()


class HsdsTaxonomyTerm(Schema):
    """HSDS 3.2.3 `taxonomy_term`."""

    id = fields.UUID(required=True)
    code = fields.String()
    name = fields.String(required=True)
    description = fields.String(required=True)
    taxonomy = fields.String()
    taxonomy_id = fields.UUID()
    language = fields.String()


class AtLocationPage(PageFields):
    """A page of services at their places."""

    contents = fields.List(fields.Nested(HsdsAtLocation), required=True)


class TaxonomyPage(PageFields):
    """A page of taxonomies."""

    contents = fields.List(fields.Nested(HsdsTaxonomy), required=True)


class TaxonomyTermPage(PageFields):
    """A page of terms."""

    contents = fields.List(fields.Nested(HsdsTaxonomyTerm), required=True)
