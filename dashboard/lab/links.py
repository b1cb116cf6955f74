"""Links that nobody can make but this lab: signed by a secret that lies in the run's folder."""

import hashlib
import hmac
import secrets
from base64 import urlsafe_b64encode
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from itsdangerous import BadSignature, URLSafeSerializer

from arena.core import files
from games import BadInput

FILE = "lab.secret"
"""The secret, in the folder of the run; its owner alone can read it."""

_BYTES = 16  # 128 bits

Purpose = Literal["seat", "link", "robot", "door"]
"""What a signed text is good for; one purpose's text is of no use for another. A door's is that of
one look at the link that all share: a button that is pressed twice admits one participant."""


@dataclass(frozen=True)
class Links:
    """Signs and reads links.

    Args:
        secret: 32 bytes.
    """

    secret: bytes

    @classmethod
    def read(cls, folder: Path) -> "Links":
        """The links of a run, whose secret is made when first asked for.

        Raises:
            BadInput: the file is no secret, or cannot be used.
        """
        path = folder / FILE
        try:
            if not path.exists():
                files.make_folder(folder, exist_ok=True)
                files.write_text(path, secrets.token_hex(32))
            secret = bytes.fromhex(files.read_text(path).strip())
        except OSError as error:
            raise BadInput(f"{path} cannot be used: {error.strerror}") from None
        except ValueError:
            secret = b""
        if len(secret) != 32:  # noqa: PLR2004 - as it was made
            raise BadInput(f"{path} holds no secret of 64 hexadecimal digits; links need it")
        return cls(secret)

    def sign(self, purpose: Purpose, text: str) -> str:
        """A text with its signature, fit for an address."""
        return str(self._signer(purpose).dumps(text))

    def read_signed(self, purpose: Purpose, signed: str) -> str | None:
        """The text that was signed for a purpose; None if it was not signed here."""
        try:
            text = self._signer(purpose).loads(signed)
        except BadSignature:
            return None
        return text if isinstance(text, str) else None

    def fresh_door(self) -> str:
        """A signed token that was never used."""
        return self.sign("door", secrets.token_urlsafe(_BYTES))

    def token(self, purpose: Literal["link", "robot"], number: int) -> str:
        """The token of a participant's own link; the same number has the same one."""
        about = f"{purpose} {number}".encode()
        digest = hmac.digest(self.secret, about, hashlib.sha256)[:_BYTES]
        return urlsafe_b64encode(digest).rstrip(b"=").decode()

    def path(self, purpose: Literal["link", "robot"], number: int) -> str:
        """The path of a participant's own link."""
        return f"/j/{self.sign(purpose, self.token(purpose, number))}"

    def _signer(self, purpose: Purpose) -> URLSafeSerializer:
        digest = {"digest_method": hashlib.sha256}
        return URLSafeSerializer(self.secret, f"arena lab {purpose}", signer_kwargs=digest)
