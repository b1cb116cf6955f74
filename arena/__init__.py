"""Designs, schedules, plays, records, reports; the command line."""
