"""The server and the frame of its pages."""
