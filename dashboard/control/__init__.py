"""Starts and stops runs, and seats a person."""
