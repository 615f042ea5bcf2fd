"""OpenAPI: the service's own document and its page."""
