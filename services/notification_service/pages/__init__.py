"""HTML: a module a screen. Plain forms, no JavaScript needed; links to other services use the configured bases."""
