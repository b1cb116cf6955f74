"""What the web application of a lab is told when it starts."""

from dataclasses import dataclass
from ipaddress import ip_address
from urllib.parse import urlsplit

from dashboard.lab.limits import Rate
from dashboard.lab.recogniser import Recogniser
from games import BadInput

PORT = 8600
"""The usual port."""

LARGEST = 256 * 1024
"""Bytes of an answer, at the most: thirty texts of 2,000 characters in any script."""

JOINING = Rate(300, 3)
"""A class of students joins at once from one address; a script that fills the lab does not."""

ANSWERING = Rate(40, 20)
"""More than anybody can do by hand."""

_SECURE = 443
_PLAIN = 80


@dataclass(frozen=True)
class Settings:
    """How participants reach the application, and what it takes from them.

    Args:
        public: origin in participants' links, such as https://lab.example.org.
        port: on which it listens.
        languages: of the design, the first of which is the usual one.
        ids: names in the query of a link that bring a recruiting service's ids.
        shared: whether a link that all share lets people in; else each needs a link of its own.
        joining: how often one network address may join.
        answering: how often one participant may send something, or connect.
        beat: seconds between signs of life; twice as long without one is an absence.
        recogniser: what reads faces in browsers; None where nothing does.
    """

    public: str
    port: int = PORT
    languages: tuple[str, ...] = ("en",)
    ids: tuple[str, ...] = ()
    shared: bool = True
    joining: Rate = JOINING
    answering: Rate = ANSWERING
    beat: float = 4.0
    recogniser: Recogniser | None = None

    @property
    def secure(self) -> bool:
        """Whether participants come through TLS."""
        return self.public.startswith("https:")

    @property
    def cookie(self) -> str:
        """Name of the cookie. Browsers send the cookies of a machine to all of its ports."""
        return "__Host-arena-lab" if self.secure else f"arena-lab-{self.port}"

    @property
    def hosts(self) -> dict[str, str]:
        """Host headers that are answered, each with the origin of its pages."""
        local = {f"{name}:{self.port}" for name in ("127.0.0.1", "localhost", "[::1]")}
        return {name: f"http://{name}" for name in local} | {
            urlsplit(self.public).netloc: self.public
        }


def origin(public: str | None, host: str, port: int) -> str:
    """The origin in participants' links.

    Args:
        public: as it was given; None if it was not.
        host: address on which the application listens.
        port: likewise.

    Raises:
        BadInput: it is no address of a site, or is needed and was not given.
    """
    if public is None:
        if not is_loopback(host) and (host in {"", "*"} or ip_address(host).is_unspecified):
            raise BadInput(
                f"--host {host} stands for every address of this machine: say with --public-url "
                "which one participants open, such as --public-url https://lab.example.org"
            )
        public = f"http://[{host}]:{port}" if ":" in host else f"http://{host}:{port}"
    parts = urlsplit(public)
    try:
        number = parts.port
    except ValueError:
        number = -1
    good = parts.scheme in {"http", "https"} and parts.hostname and number != -1
    if not good or parts.path.strip("/") or parts.query or parts.fragment or parts.username:
        raise BadInput(
            f"--public-url {public!r} must be the address of a site without a path, such as "
            "https://lab.example.org"
        )
    usual = _SECURE if parts.scheme == "https" else _PLAIN
    name = f"[{parts.hostname}]" if ":" in str(parts.hostname) else str(parts.hostname)
    return f"{parts.scheme}://{name}" + ("" if number in {None, usual} else f":{number}")


def is_loopback(host: str) -> bool:
    """Whether an address is of the loopback interface.

    Raises:
        BadInput: it is no address.
    """
    if host == "localhost":
        return True
    try:
        return ip_address(host).is_loopback
    except ValueError:
        raise BadInput(
            f"--host {host!r} must be an address of this machine, such as 127.0.0.1"
        ) from None
