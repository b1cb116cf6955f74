"""What emotion modes and displays do."""
