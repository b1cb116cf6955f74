"""What a provider's response says: endings, errors, waits."""
