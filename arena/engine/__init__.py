"""Plays matches."""
