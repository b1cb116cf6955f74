"""Continuations of recorded matches from a decision on, with one thing changed."""
