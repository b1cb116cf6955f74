"""Rendering of views into messages."""
