"""Planning of a design before the first call to a model: cost, power, pilots."""
