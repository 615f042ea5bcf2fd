"""HTML: pages, forms and translations."""
