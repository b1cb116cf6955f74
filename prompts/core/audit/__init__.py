"""Finds texts that are missing."""
