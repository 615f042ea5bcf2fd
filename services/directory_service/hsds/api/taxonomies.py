"""`/api/taxonomies` and `/api/taxonomy_terms` as HSDS 3.2.3 describes them."""

from uuid import UUID

from flask import Response
from marshmallow import fields
from sqlalchemy import select

from directory_service.hsds.api.freshness import cache_database_answer
from directory_service.hsds.api.list_query import Flag, ListRequest, RowsQuery, all_words
from directory_service.hsds.api.list_routes import list_routes
from directory_service.hsds.api.public_reading import bytes_answer, item_answer, rows_answer
from directory_service.hsds.api.schemas import (
    HsdsTaxonomy,
    HsdsTaxonomyTerm,
    TaxonomyPage,
    TaxonomyTermPage,
)
from directory_service.hsds.store.read_listings import deleted_item
from directory_service.hsds.store.read_taxonomies import taxonomies, taxonomy_terms
from directory_service.listings.store.tables import (
    Taxonomy,
    TaxonomyTerm,
)
from service_kit.web.access.require import public
from service_kit.web.api import Blueprint
from service_kit.web.context import context
from service_kit.web.cors import any_origin

blueprint = Blueprint("hsds_taxonomies", __name__, url_prefix="/api", description="Vocabularies (HSDS 3.2.3)")


class TaxonomiesQuery(RowsQuery):
    """The standard's parameters of the list of taxonomies."""

    search = all_words(" in the name or the code")


class TermsQuery(TaxonomiesQuery):
    """The standard's parameters of the list of terms; `top_only` leaves out terms that lie below another."""

    taxonomy_id = fields.UUID(metadata={"description": "Of this vocabulary."})
    parent_id = fields.UUID(metadata={"description": "Directly below this term."})
    top_only = Flag(load_default=False, metadata={"description": "Only terms below no other."})


def _list_taxonomies(wanted: ListRequest) -> Response:
    """The vocabularies in use."""
    return rows_answer("taxonomy", taxonomies(wanted.rows), Taxonomy.document, wanted)


def _list_terms(wanted: ListRequest) -> Response:
    """The terms of the vocabularies."""
    return rows_answer("taxonomy_term", taxonomy_terms(wanted.rows), TaxonomyTerm.document, wanted)


list_routes(blueprint, "/taxonomies", TaxonomiesQuery, TaxonomyPage, _list_taxonomies)
list_routes(blueprint, "/taxonomy_terms", TermsQuery, TaxonomyTermPage, _list_terms)


@blueprint.route("/taxonomies/<uuid:taxonomy_id>")
@public
@any_origin
@blueprint.response(200, HsdsTaxonomy)
def one_taxonomy(taxonomy_id: UUID) -> Response:
    """A vocabulary."""
    return _item(Taxonomy, taxonomy_id)


@blueprint.route("/taxonomy_terms/<uuid:term_id>")
@public
@any_origin
@blueprint.response(200, HsdsTaxonomyTerm)
def one_term(term_id: UUID) -> Response:
    """A term."""
    return _item(TaxonomyTerm, term_id)


def _item(table: type[Taxonomy | TaxonomyTerm], wanted: UUID) -> Response:
    cache_database_answer()
    with context().db.transaction() as session:
        document = session.scalar(select(table.document).where(table.id == wanted))
        gone = None if document else deleted_item(session, table.__tablename__, wanted)
    return bytes_answer(document) if document else item_answer(gone)
