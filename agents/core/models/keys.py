"""Hosts to which a key may be sent.

A provider's key goes to the provider's own hosts. Any other pair of host and variable is used only
if the design names the variable and the user has allowed the pair, on the command line or in the
user's file. A loopback address needs no allowance. It gets a key only if the design names one.
"""

import ipaddress
import os
import tomllib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Self
from urllib.parse import urlsplit

from agents.core.access.providers import Route, route
from agents.core.access.settings import key_name
from agents.core.models.model import ModelSpec
from games import BadInput

Environment = Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Allowed:
    """Pairs of host and variable that the user allows; None stands for any variable."""

    pairs: frozenset[tuple[str, str | None]] = frozenset()

    @classmethod
    def read(cls) -> Self:
        """The pairs in the user's file; none if there is no such file.

        Raises:
            BadInput: the file cannot be read.
        """
        path = allowed_file()
        try:
            rows = tomllib.loads(path.read_text(encoding="utf-8")).get("allow", [])
            return cls(frozenset((_name(row["host"]), str(row["variable"])) for row in rows))
        except FileNotFoundError:
            return cls()
        except (OSError, ValueError, TypeError, KeyError, AttributeError):
            raise BadInput(
                f'{path} cannot be read: each pair is [[allow]], host = "…", variable = "…"'
            ) from None

    def with_options(self, given: Iterable[str]) -> Self:
        """These pairs, and others written HOST or HOST=VARIABLE.

        Raises:
            BadInput: an option names no host, or something else than the name of a key.
        """
        added = set()
        for text in given:
            host, equals, variable = text.partition("=")
            if not host.strip() or "/" in host or (equals and not key_name(variable)):
                raise BadInput(
                    f"--allow takes HOST or HOST=VARIABLE, such as llm.example.org=MY_API_KEY, "
                    f"not {text!r}"
                )
            added.add((_name(host), variable if equals else None))
        return type(self)(self.pairs | added)

    def covers(self, host: str, variable: str) -> bool:
        """Whether the key in a variable may go to a host."""
        return not self.pairs.isdisjoint({(host, variable), (host, None)})


def allowed_file() -> Path:
    """The user's own file of allowed pairs."""
    folder = os.environ.get("XDG_CONFIG_HOME") or Path.home() / ".config"
    return Path(folder) / "affect-arena" / "allowed.toml"


def allow_always(host: str, variable: str) -> None:
    """Add a pair to the user's file.

    Raises:
        BadInput: the file cannot be written.
    """
    path = allowed_file()
    try:
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        with open(path, "a", encoding="utf-8", opener=_private) as file:
            file.write(f'[[allow]]\nhost = "{host}"\nvariable = "{variable}"\n\n')
    except OSError as error:
        raise BadInput(f"{path} cannot be written: {error.strerror}") from None


@dataclass(frozen=True, slots=True)
class Destination:
    """Host of a model's calls, and the environment variable of the key sent to it.

    Args:
        model: name of the model in the design.
        host: name or address of the server; the provider's name, if LiteLLM alone knows the server.
        variable: the environment variable that holds the key; None if no key is sent.
        allowed: whether the key may be sent to the host.
        named_by: source of the address: provider, design, or the name of an environment variable.
        withheld: variable of the provider's key, if it is set and not sent to this host.
    """

    model: str
    host: str
    variable: str | None
    allowed: bool
    named_by: str = "provider"
    withheld: str | None = None

    @property
    def remark(self) -> str:
        """Notice to the user before play; empty if calls go to the usual host of the provider."""
        if self.withheld:
            return (
                f"model {self.model!r} is called at {self.host} without a key: {self.withheld} is "
                "for its provider's own hosts; api_key_env names the key of another one"
            )
        if self.named_by in {"provider", "design"}:
            return ""
        key = f", and is sent the key in {self.variable}" if self.variable else ""
        return f"model {self.model!r} is called at {self.host}, as {self.named_by} says{key}"

    @property
    def refusal(self) -> str:
        """Reason that the key is not sent there, and the way for the user to allow it."""
        return (
            f"model {self.model!r} would send the key in {self.variable} to {self.host}: allow it "
            f"with --allow {self.host}={self.variable}, or in {allowed_file()}"
        )


def destination(
    spec: ModelSpec,
    provider: str,
    allowed: Allowed,
    environment: Environment = os.environ,
) -> Destination:
    """Host of a model's calls, and the variable of its key.

    Args:
        spec: the model.
        provider: LiteLLM's name of the provider.
        allowed: pairs of host and variable that the user allows.
        environment: environment variables that hold keys and addresses.

    Raises:
        BadInput: the design states an address, and the route accepts none.
    """
    way = route(provider)
    if way.bound and spec.api_base is not None:
        raise BadInput(
            f"model {spec.model!r} takes no api_base: route {provider} signs in with credentials "
            "of this machine, which go to the provider's own hosts alone"
        )
    named_by, address = _address(spec, way, environment)
    host = (way.usual_host or provider) if address is None else host_of(address)
    own = named_by != "design" or _is_own(spec.api_base or "", way, environment)
    usual = next((name for name in way.keys if environment.get(name)), None)
    variable = spec.api_key_env or (usual if own and not is_loopback(host) else None)
    withheld = None if variable or is_loopback(host) else usual
    fine = (
        variable is None
        or is_loopback(host)
        or (own and variable in way.keys)
        or allowed.covers(host, variable)
    )
    return Destination(spec.model, host, variable, fine, named_by, withheld)


def host_of(address: str) -> str:
    """The host in an address, in small letters and without port."""
    return _name(urlsplit(address if "://" in address else f"https://{address}").hostname or "")


def is_loopback(host: str) -> bool:
    """Whether a host is this machine and cannot be another one."""
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"


def _address(spec: ModelSpec, way: Route, environment: Environment) -> tuple[str, str | None]:
    """Source of the address, and the address; None is the provider's usual address."""
    if spec.api_base is not None:
        return "design", spec.api_base
    name = next((name for name in way.bases if environment.get(name)), None)
    return ("provider", None) if name is None else (name, environment[name])


def _is_own(address: str, way: Route, environment: Environment) -> bool:
    """Whether an address is one of the provider's, or of the user's own environment."""
    host, bases = host_of(address), [environment.get(name) for name in way.bases]
    if host in {host_of(base) for base in bases if base}:
        return True
    return urlsplit(address).scheme == "https" and way.owns(host)


def _name(host: object) -> str:
    return str(host).strip().strip("[]").lower()


def _private(path: str, flags: int) -> int:
    return os.open(path, flags, 0o600)
