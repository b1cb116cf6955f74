"""Calls per second through the whole engine on Ray with two workers."""

import json
import sys

from tests.benchmarks.peers.engine import figures

sys.stdout.write(json.dumps(figures("ray")) + "\n")
