"""inspect_ai: a thousand trivial samples, each one call of its mock model, default log.

It counts tokens with an encoding that it downloads; LiteLLM's package holds the same file.
"""

import json
import os
import sys
import time
from importlib.util import find_spec
from pathlib import Path
from tempfile import TemporaryDirectory

from inspect_ai import Task
from inspect_ai import eval as evaluate
from inspect_ai.dataset import Sample
from inspect_ai.scorer import match

SAMPLES = 1_000
found = find_spec("litellm")
assert found is not None
assert found.origin is not None
tokenizers = Path(found.origin).parent / "litellm_core_utils" / "tokenizers"
os.environ["TIKTOKEN_CACHE_DIR"] = str(tokenizers)
task = Task(
    dataset=[Sample(input="How many points?", target="40", id=n) for n in range(SAMPLES)],
    scorer=match(),
)
with TemporaryDirectory() as folder:
    evaluate(task, model="mockllm/model", display="none", limit=10, log_dir=folder)
    began = time.process_time()
    (log,) = evaluate(task, model="mockllm/model", display="none", log_dir=folder)
    assert log.status == "success", log.error
    sys.stdout.write(json.dumps({"figure": SAMPLES / (time.process_time() - began)}) + "\n")
