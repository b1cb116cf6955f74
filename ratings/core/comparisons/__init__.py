"""Pairwise comparisons: counts, fits and their graph."""
