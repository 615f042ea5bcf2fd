"""Queries of the lists of vocabularies and of their terms: which ids, in the order of the ids."""

from typing import Any

from sqlalchemy import Select, func, literal, select

from directory_service.hsds.store.read_listings import RowFilter
from directory_service.listings.store.tables import Taxonomy, TaxonomyTerm


def taxonomies(wanted: RowFilter) -> Select[Any]:
    """Ids of vocabularies."""
    chosen = select(Taxonomy.id).order_by(Taxonomy.id)
    for word in (wanted.search or "").lower().split():
        chosen = chosen.where(func.lower(Taxonomy.name).contains(word, autoescape=True))
    return chosen


def taxonomy_terms(wanted: RowFilter) -> Select[Any]:
    """Ids of terms."""
    chosen = select(TaxonomyTerm.id).order_by(TaxonomyTerm.id)
    for word in (wanted.search or "").lower().split():
        text = func.lower(func.concat(TaxonomyTerm.code, literal(" "), TaxonomyTerm.name))
        chosen = chosen.where(text.contains(word, autoescape=True))
    if wanted.taxonomy_id:
        chosen = chosen.where(TaxonomyTerm.taxonomy_id == wanted.taxonomy_id)
    if wanted.parent_id:
        chosen = chosen.where(TaxonomyTerm.parent_id == wanted.parent_id)
    if wanted.top_only:
        chosen = chosen.where(TaxonomyTerm.parent_id.is_(None))
    return chosen
