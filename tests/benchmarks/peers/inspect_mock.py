"""inspect_ai: a thousand trivial samples, each one call of its mock model, default log."""

import json
import sys
import time
from tempfile import TemporaryDirectory

from inspect_ai import Task
from inspect_ai import eval as evaluate
from inspect_ai.dataset import Sample
from inspect_ai.scorer import match

SAMPLES = 1_000
task = Task(
    dataset=[Sample(input="How many points?", target="40", id=n) for n in range(SAMPLES)],
    scorer=match(),
)
with TemporaryDirectory() as folder:
    evaluate(task, model="mockllm/model", display="none", limit=10, log_dir=folder)
    began = time.process_time()
    evaluate(task, model="mockllm/model", display="none", log_dir=folder)
    sys.stdout.write(json.dumps({"figure": SAMPLES / (time.process_time() - began)}) + "\n")
