"""Names of the files of HSDS 1.x, 2.x and 3, and the resource of version 3 that their rows belong to."""

from directory_service.listings.domain.hsds.datapackage import tables

#: By file name without `.csv`.
FILES: dict[str, str] = {
    **{table.path.removesuffix(".csv"): kind for kind, table in tables().items()},
    **{kind: kind for kind in tables()},
    "physical_address": "address",
    "postal_address": "address",
    "regular_schedule": "schedule",
    "holiday_schedule": "schedule",
    "service_attribute": "attribute",
    "other_attribute": "attribute",
    "eligibility": "eligibility",
    "eligibilities": "eligibility",
    "services_at_location": "service_at_location",
    "service_at_locations": "service_at_location",
    "physical_addresses": "address",
    "postal_addresses": "address",
    "mail_addresses": "address",
    "regular_schedules": "schedule",
    "holiday_schedules": "schedule",
    "accessibility_for_disabilities": "accessibility",
    "taxonomy": "taxonomy_term",
    "urls": "url",
    "fee": "cost_option",
    "fees": "cost_option",
    "service_taxonomy": "attribute",
    "services_taxonomy": "attribute",
    "other_attributes": "attribute",
    "service_attributes": "attribute",
}
_NO_PLACE = frozenset({"payment_accepted", "payments_accepted", "accepted_payments", "interpretation_services"})
_ABOUT_FILES = frozenset({"meta_table_description", "meta_table_descriptions"})


def resource_of(file_name: str) -> str | None:
    """The resource that a CSV file holds rows of, by its name; None for a file that HSDS does not know."""
    return FILES.get(file_name.lower().removesuffix(".csv"))


def nothing_read(file_name: str) -> str:
    """Why nothing is read of a file that HSDS has; "" for one that is read, or that it does not know."""
    stem = file_name.lower().removesuffix(".csv")
    if stem in _ABOUT_FILES:
        return "it tells how the files are written; nothing of it is kept"
    return "HSDS 3 has no place for it; nothing of it was read" if stem in _NO_PLACE else ""
