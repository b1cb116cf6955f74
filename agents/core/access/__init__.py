"""Providers, their hosts, and what a design may set of a call."""
