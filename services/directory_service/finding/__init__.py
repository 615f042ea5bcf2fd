"""Finding: the search index and the public pages."""
