"""Designs of tournaments, read from TOML files."""
