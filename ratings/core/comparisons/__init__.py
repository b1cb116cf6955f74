"""Who beat whom: counts, fits and their graph."""
