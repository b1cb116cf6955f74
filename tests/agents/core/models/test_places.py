"""Places of an engine: who is answered where, as the engine's memory of prompts has it."""

import asyncio

from agents.core.models.places import Places

ANGER, FEAR = "anger 0.3", "fear 0.3"
PROMPT = tuple(range(100))
NEXT = (*PROMPT[:70], *range(200, 260))
"""The next round of the same match: more than half of it is known."""
OTHER = tuple(range(500, 600))


def answered(*questions: tuple[str, tuple[int, ...]]) -> list[int]:
    """The places of questions that are asked one after another, of three places."""

    async def session() -> list[int]:
        places, found = Places(3), []
        for vectors, prompt in questions:
            async with places.taken(vectors, prompt) as place:
                found.append(place)
        return found

    return asyncio.run(session())


def test_a_question_goes_to_the_place_that_knows_most_of_it_under_the_same_vectors() -> None:
    found = answered((ANGER, PROMPT), (ANGER, OTHER), (ANGER, NEXT), (ANGER, OTHER))
    assert found == [0, 1, 0, 1]
    # Under other vectors nothing is known, though the prompt is the same.
    assert answered((ANGER, PROMPT), (FEAR, PROMPT), (FEAR, NEXT), (ANGER, NEXT)) == [0, 1, 1, 0]


def test_a_new_prompt_takes_the_place_that_was_unused_for_longest() -> None:
    found = answered((ANGER, PROMPT), (FEAR, PROMPT), (ANGER, NEXT), (ANGER, OTHER), (FEAR, OTHER))
    assert found == [0, 1, 0, 2, 1]


def test_questions_at_the_same_time_wait_for_one_place_only_if_they_are_alike() -> None:
    async def session() -> tuple[list[tuple[str, int]], int]:
        places, found, begun = Places(3), list[tuple[str, int]](), asyncio.Event()
        most = 0

        async def ask(name: str, prompt: tuple[int, ...]) -> None:
            nonlocal most
            async with places.taken(ANGER, prompt) as place:
                found.append((name, place))
                most = max(most, sum(lock.locked() for lock in places._locks))
                begun.set()
                for _ in range(10):
                    await asyncio.sleep(0)

        first = asyncio.create_task(ask("first", PROMPT))
        await begun.wait()
        await asyncio.gather(first, ask("same", PROMPT), ask("next", NEXT), ask("third", OTHER))
        return found, most

    found, most = asyncio.run(session())
    assert sorted(found) == [("first", 0), ("next", 1), ("same", 0), ("third", 2)]
    assert most == 3, "only those that are alike wait for one another"


def test_more_questions_than_places_wait_for_their_turn() -> None:
    async def session() -> int:
        places, done = Places(2), 0

        async def ask(at: int) -> None:
            nonlocal done
            async with places.taken(ANGER, tuple(range(1000 * at, 1000 * at + 10))):
                await asyncio.sleep(0)
                done += 1

        await asyncio.gather(*map(ask, range(5)))
        return done

    assert asyncio.run(session()) == 5
