"""Providers, their hosts, and the settings of a call that a design can state."""
