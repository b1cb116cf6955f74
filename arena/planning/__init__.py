"""What can be known before any model is asked."""
