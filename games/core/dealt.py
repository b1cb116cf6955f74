"""`Private` and `Dealt`: games of private cards and open play.

The tree of a `Dealt` game is the product of the deals and the play: whoever enumerates it walks
each factor once instead of the product.
"""

from abc import abstractmethod
from collections.abc import Hashable

from games.core.game import Game, S


class Private(Game[S]):
    """A game in which chance deals in private, and all else is seen by all.

    One player moves at a time, and every player sees the move. What chance does after the first
    move is seen by all too. At each step every player then knows whose turn it is.
    """


class Dealt(Private[S]):
    """A private game in which all of chance comes first.

    Whose turn it is, what may be done, and what is told of a move must then depend on the moves
    alone, until the game is over. Every deal takes the same number of chance moves.
    """

    @abstractmethod
    def redealt(self, state: S, deal: S) -> S:
        """The position with the moves of `state` after another deal.

        Args:
            state: any position after the deal.
            deal: a position right after a deal.
        """

    @abstractmethod
    def outcome(self, state: S) -> Hashable:
        """What the payoffs depend on at the end, besides the deal; equal for many ends, if it can.

        Args:
            state: a position at the end.
        """
