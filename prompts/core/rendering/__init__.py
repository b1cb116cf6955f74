"""From views to messages."""
