"""One value that moves whenever the public sees anything differently: what tags of whole exports are made of."""

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from directory_service.store.tables_listings import Organization, Service, Taxonomy, TaxonomyTerm


def state_of_directory(session: Session) -> tuple[object, ...]:
    """Versions only grow and tombstones stay, so their sum never comes back; terms by their content."""
    parts = [select(func.sum(table.version)).scalar_subquery() for table in (Organization, Service)]
    for table in (Taxonomy, TaxonomyTerm):
        content = func.hashtextextended(func.encode(table.document, "base64"), 0)
        parts.append(select(func.sum(content)).scalar_subquery())
    return tuple(session.execute(select(*parts)).one())
