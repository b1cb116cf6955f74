"""Language models: what is asked, how it is reached, and how fast."""
