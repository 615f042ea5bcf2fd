"""HTML: a module a screen; ``screens.py`` lists them for the application."""
