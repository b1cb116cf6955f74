"""Agents that ask several questions before they decide."""
