"""Whether a JSON-LD object uses schema.org's types and properties, as https://schema.org has them."""

#: The properties by type, inherited ones too.
VOCABULARY = {
    "Service": "name alternateName description url serviceType provider areaServed audience offers hoursAvailable"
    " availableChannel",
    "Organization": "name alternateName description email url",
    "AdministrativeArea": "name description",
    "PeopleAudience": "requiredMinAge requiredMaxAge requiredGender",
    "Offer": "price priceCurrency",
    "OpeningHoursSpecification": "dayOfWeek opens closes validFrom validThrough",
    "ServiceChannel": "servicePhone serviceUrl availableLanguage serviceLocation",
    "ContactPoint": "telephone",
    "Language": "name alternateName",
    **dict.fromkeys(
        ("Place", "MedicalClinic", "LegalService"),
        "name description address geo telephone openingHoursSpecification",
    ),
    "PostalAddress": "streetAddress addressLocality addressRegion postalCode addressCountry",
    "GeoCoordinates": "latitude longitude",
}


def check(node: object) -> None:
    """Raises AssertionError for what is not of the vocabulary, or is empty."""
    if isinstance(node, list):
        assert len(node) > 1
        for each in node:
            check(each)
    elif isinstance(node, dict):
        used = {key for key in node if not key.startswith("@")}
        assert used <= set(VOCABULARY[node["@type"]].split()), node
        for value in node.values():
            check(value)
    else:
        assert node not in (None, "")
