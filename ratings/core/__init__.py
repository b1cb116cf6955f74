"""Machinery of this package."""
