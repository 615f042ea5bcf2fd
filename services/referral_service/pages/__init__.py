"""HTML: a module a screen; `blueprints.py` lists them for the application."""
