"""Intervals, clusters and tests."""
