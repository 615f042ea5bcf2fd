"""HTML: a module a screen."""
