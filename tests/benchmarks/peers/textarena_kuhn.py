"""TextArena: steps per second of KuhnPoker-v0, three hands, with agents that choose at random."""

import json
import random

import textarena as ta

from tests.benchmarks.core import best

EPISODES = 500


def play() -> int:
    """A new environment for each episode, since one that is used again keeps its history."""
    steps = 0
    for seed in range(EPISODES):
        env = ta.make("KuhnPoker-v0")
        env.reset(num_players=2, seed=seed)
        done = False
        while not done:
            env.get_observation()
            options = list(env.state.game_state["current_legal_action_tree"])
            done, _ = env.step(f"[{random.choice(options)}]")
            steps += 1
    return steps


counted: list[int] = []
seconds = best(lambda: counted.append(play()))
print(json.dumps({"figure": sum(counted) / len(counted) / seconds}))
