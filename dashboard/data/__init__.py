"""Tables that pages draw."""
