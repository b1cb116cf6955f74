"""Charts from tables, without a page."""
