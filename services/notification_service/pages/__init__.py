"""HTML: a module a screen. Plain forms that work without JavaScript; links to other services use the configured bases."""
