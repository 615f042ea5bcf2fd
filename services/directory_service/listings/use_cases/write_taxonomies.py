"""Put the profile's taxonomies and terms, as the code has them, into their tables."""

from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from directory_service.listings.domain.hsds.taxonomies import (
    taxonomies,
    terms,
)
from directory_service.listings.store.tables import (
    Taxonomy,
    TaxonomyTerm,
)
from directory_service.listings.use_cases.publish_listing import to_bytes


def write_taxonomies(session: Session) -> None:
    """Safe to run again: ids are computed, documents are brought up to date."""
    lists = insert(Taxonomy).values(
        [{"id": each["id"], "name": each["name"], "document": to_bytes(each)} for each in taxonomies()]
    )
    session.execute(lists.on_conflict_do_update(index_elements=["id"], set_={"document": lists.excluded.document}))
    words = insert(TaxonomyTerm).values(
        [
            {
                "id": each["id"],
                "taxonomy_id": each["taxonomy_id"],
                "code": each["code"],
                "name": each["name"],
                "document": to_bytes(each),
            }
            for each in terms()
        ]
    )
    renewed = {"document": words.excluded.document, "name": words.excluded.name}
    session.execute(words.on_conflict_do_update(index_elements=["id"], set_=renewed))
