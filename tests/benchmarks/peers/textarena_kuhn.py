"""TextArena: steps per second of KuhnPoker-v0, three hands, with agents that choose at random."""

import json
import random
import re

import textarena as ta

from tests.benchmarks.core import best

EPISODES = 500


def agent(seen: str) -> str:
    """One of the actions offered last, as an agent can read them."""
    offered = re.findall(r"\[\w+\]", seen[seen.rindex("Your available actions are") :])
    return str(random.choice(offered))


def play() -> int:
    """A new environment for each episode, since one that is used again keeps its history."""
    steps = 0
    for seed in range(EPISODES):
        env = ta.make("KuhnPoker-v0")
        env.reset(num_players=2, seed=seed)
        done = False
        while not done:
            _, seen = env.get_observation()
            done, _ = env.step(agent(seen))
            steps += 1
    return steps


counted: list[int] = []
seconds = best(lambda: counted.append(play()))
print(json.dumps({"figure": sum(counted) / len(counted) / seconds}))
