"""A provider's services as one table of cells, and back: what a spreadsheet program opens and saves as CSV."""
