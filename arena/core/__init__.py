"""Matches and transcripts: the words that all rooms share.

Whoever loads any of them finds the item sets of the user too.
"""

from arena.core import user_items as user_items
