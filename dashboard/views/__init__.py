"""Pages: a flat module is a page, and its file name is its id."""
