"""Interpretation of a provider's response: endings, errors, waits."""
