"""From records to measures."""
