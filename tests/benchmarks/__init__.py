"""Speed against named peers: `make bench`. Nothing here is part of the test suite."""
