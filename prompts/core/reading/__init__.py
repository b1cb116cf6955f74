"""From replies to actions and emotions."""
