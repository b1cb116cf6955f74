"""Reading of replies into actions and emotions."""
