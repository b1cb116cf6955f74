"""Other libraries' programs play here, and games of ours are played there."""
