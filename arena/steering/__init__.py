"""Steering vectors: made, checked and kept for models of the llama architecture."""
