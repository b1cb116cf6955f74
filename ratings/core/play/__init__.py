"""How contestants play."""
