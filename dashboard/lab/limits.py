"""How often something may be done: a bucket of leaves that fills up with time."""

import hashlib
import ipaddress
import secrets
import time
from collections.abc import Callable
from dataclasses import dataclass, field


@dataclass(frozen=True)
class Rate:
    """A limit.

    Args:
        burst: how many at once.
        second: how many a second in the long run.
    """

    burst: float
    second: float


@dataclass
class Bucket:
    """Counts what one party does.

    Args:
        rate: its limit.
        clock: seconds.
    """

    rate: Rate
    clock: Callable[[], float] = time.monotonic
    _left: float = field(init=False)
    _seen: float = field(init=False)

    def __post_init__(self) -> None:
        """Begin full."""
        self._left, self._seen = self.rate.burst, self.clock()

    def wait(self) -> float:
        """Take one; the seconds until it is due, 0 if at once."""
        self._fill()
        self._left -= 1
        return max(0.0, -self._left / self.rate.second)

    def take(self) -> bool:
        """Take one, if there is one."""
        self._fill()
        if self._left < 1:
            return False
        self._left -= 1
        return True

    @property
    def is_full(self) -> bool:
        """Whether nothing was taken for so long that it may be forgotten."""
        self._fill()
        return self._left >= self.rate.burst

    def _fill(self) -> None:
        now = self.clock()
        self._left = min(self.rate.burst, self._left + (now - self._seen) * self.rate.second)
        self._seen = now


class Buckets:
    """A bucket for each party.

    Args:
        rate: the limit of each.
        most: buckets that are kept at the most before full ones are forgotten.
    """

    def __init__(self, rate: Rate, most: int = 10_000) -> None:
        self._rate, self._most = rate, most
        self._kept: dict[str, Bucket] = {}

    def of(self, party: str) -> Bucket:
        """The bucket of a party."""
        if len(self._kept) >= self._most:
            self._kept = {name: each for name, each in self._kept.items() if not each.is_full}
        return self._kept.setdefault(party, Bucket(self._rate))


class Addresses:
    """A bucket for each network address. No address is kept: a hash with a key of this start is.

    Args:
        rate: the limit of each.
        most: see `Buckets`.
    """

    def __init__(self, rate: Rate, most: int = 10_000) -> None:
        self._buckets = Buckets(rate, most)
        self._key = secrets.token_bytes(32)

    def take(self, address: str) -> bool:
        """Take one for an address, if there is one."""
        digest = hashlib.blake2b(_network(address).encode(), key=self._key, digest_size=16)
        return self._buckets.of(digest.hexdigest()).take()


def _network(address: str) -> str:
    """The address; of IPv6 the half that names the network, since each device has many."""
    try:
        parsed = ipaddress.ip_address(address)
    except ValueError:  # the name of a test's client, or a socket without one
        return address
    if isinstance(parsed, ipaddress.IPv6Address) and parsed.ipv4_mapped is None:
        return str(ipaddress.ip_network((parsed, 64), strict=False))
    return str(getattr(parsed, "ipv4_mapped", None) or parsed)
