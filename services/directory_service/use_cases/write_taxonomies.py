"""Put the profile's taxonomies and terms, as the code has them, into their tables."""

from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from directory_service.domain.hsds.taxonomies import taxonomies, terms
from directory_service.store.tables_listings import Taxonomy, TaxonomyTerm
from directory_service.use_cases.publish_listing import to_bytes


def write_taxonomies(session: Session) -> None:
    """Safe to run again: ids are computed, documents are brought up to date."""
    for each in taxonomies():
        made = insert(Taxonomy).values(id=each["id"], name=each["name"], document=to_bytes(each))
        session.execute(made.on_conflict_do_update(index_elements=["id"], set_={"document": made.excluded.document}))
    for each in terms():
        made = insert(TaxonomyTerm).values(
            id=each["id"],
            taxonomy_id=each["taxonomy_id"],
            code=each["code"],
            name=each["name"],
            document=to_bytes(each),
        )
        renewed = {"document": made.excluded.document, "name": made.excluded.name}
        session.execute(made.on_conflict_do_update(index_elements=["id"], set_=renewed))
