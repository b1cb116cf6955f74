"""Human studies, and the distance to them."""
