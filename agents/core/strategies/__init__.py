"""Machinery of scripted agents."""
