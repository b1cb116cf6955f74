"""What peers are asked: one script each, run by the interpreter of the peer's environment."""
