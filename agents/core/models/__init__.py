"""Language models: requests, access and rate limits."""
