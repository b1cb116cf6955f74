"""What a tournament file says."""
