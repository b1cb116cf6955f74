"""Behaviour in play."""
