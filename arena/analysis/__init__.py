"""Measures computed from records."""
