"""Effects of emotion modes and displays."""
