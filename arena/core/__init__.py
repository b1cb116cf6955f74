"""Matches and transcripts: the words that all rooms share."""
