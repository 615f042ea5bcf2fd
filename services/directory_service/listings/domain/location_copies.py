"""Key of a copy: the name of the pair of a shared place and an organisation that has a copy of it.

Never shown, and no id of anything: whoever knows two public ids can compute it. A copy that turns confidential is
public under its own id, which is random (`store.location_copies`), since from a computed one anybody would find the
shared place, and with it the address.
"""

from uuid import UUID

from directory_service.listings.domain.hsds.ids import nested_id


def copy_key(place: UUID | str, organization: UUID | str) -> UUID:
    """The key of an organisation's copy of a place that its publisher has for several."""
    return UUID(nested_id(place, "place of", organization))


def spare_key(key: UUID, copy: UUID) -> UUID:
    """A key by which nothing is looked for: that of a second copy of a pair, which has been looked at."""
    return UUID(nested_id(key, "beside", copy))
