"""Reads runs, draws, lets a person play."""
