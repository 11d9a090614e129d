"""Personal data: encrypted where it is stored, found by a keyed digest, masked where it is shown.

MILLRACE_KEY holds the key of new values: 32 random bytes in base64, optionally with its number in front
(``2:...``; without one it is key 1). To change the key give the new one a higher number and move the old one to
MILLRACE_OLD_KEYS (``1:...,0:...``): values say which key they need, and digests go on using the key of the lowest number,
so that a person is found whenever the record was made.
"""

from __future__ import annotations

import base64
import binascii
import hashlib
import hmac
import os
from dataclasses import dataclass
from functools import cache, cached_property
from typing import overload

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

KEY_BYTES = 32
NONCE_BYTES = 12
HOW_TO_MAKE = "make one with `openssl rand -base64 32`"


class PrivacyError(RuntimeError):
    """The key is missing, malformed, or not the one that a value was encrypted with."""


@dataclass(frozen=True)
class KeyRing:
    """Keys by number; the highest number encrypts, every one decrypts, the lowest makes digests."""

    keys: dict[int, bytes]

    @classmethod
    def parse(cls, current: str, old: str = "") -> KeyRing:
        """From the two environment variables.

        Raises
        ------
        PrivacyError : no key, or one that is not 32 bytes in base64 with a number from 0 to 255.
        """
        if not current.strip():
            raise PrivacyError(f"MILLRACE_KEY is not set: personal data can be neither read nor written; {HOW_TO_MAKE} and keep it safe")
        keys = [_numbered(text) for text in (current, *old.split(",")) if text.strip()]
        if len(dict(keys)) < len(keys) or max(keys)[0] != keys[0][0]:
            raise PrivacyError("MILLRACE_KEY must have a higher number than every key in MILLRACE_OLD_KEYS, each with its own")
        return cls(dict(keys))

    @cached_property
    def _ciphers(self) -> dict[int, AESGCM]:
        return {number: AESGCM(key) for number, key in self.keys.items()}

    @cached_property
    def _digest_key(self) -> bytes:
        return hmac.digest(self.keys[min(self.keys)], b"millrace digest", "sha256")

    def encrypt(self, field: str, text: str) -> bytes:
        """Key number (1 byte), nonce (12), AES-256-GCM ciphertext and tag, bound to ``field``."""
        number = max(self.keys)
        nonce = os.urandom(NONCE_BYTES)
        return bytes([number]) + nonce + self._ciphers[number].encrypt(nonce, text.encode(), field.encode())

    def decrypt(self, field: str, value: bytes) -> str:
        """The text. Raises PrivacyError for a key we don't have, another field's value, or one that was altered."""
        cipher = self._ciphers.get(value[0]) if value else None
        if cipher is None:
            raise PrivacyError(f"{field} needs key number {value[0] if value else '?'}: put it into MILLRACE_OLD_KEYS")
        try:
            return cipher.decrypt(value[1 : 1 + NONCE_BYTES], value[1 + NONCE_BYTES :], field.encode()).decode()
        except InvalidTag:
            raise PrivacyError(f"{field} does not open with key number {value[0]}: wrong MILLRACE_KEY, or the value was altered") from None

    def digest(self, field: str, text: str) -> str:
        """64 hex digits: HMAC-SHA256 of the text without blanks and in capitals, so that spelling does not hide a person."""
        plain = "".join(text.split()).upper()
        return hmac.new(self._digest_key, f"{field}\0{plain}".encode(), hashlib.sha256).hexdigest()


def _numbered(text: str) -> tuple[int, bytes]:
    number, separator, encoded = text.strip().rpartition(":")
    try:
        parsed = (int(number) if separator else 1, base64.b64decode(encoded, validate=True))
    except (ValueError, binascii.Error):
        parsed = (-1, b"")
    if not 0 <= parsed[0] <= 255 or len(parsed[1]) != KEY_BYTES:
        raise PrivacyError(f"MILLRACE_KEY must be {KEY_BYTES} bytes in base64, with or without a number as in 2:...; {HOW_TO_MAKE}")
    return parsed


@cache
def _parsed(current: str, old: str) -> KeyRing:
    return KeyRing.parse(current, old)


def key_ring() -> KeyRing:
    """The keys of this process's environment."""
    return _parsed(os.environ.get("MILLRACE_KEY", ""), os.environ.get("MILLRACE_OLD_KEYS", ""))


@overload
def encrypt(field: str, text: str) -> bytes: ...
@overload
def encrypt(field: str, text: None) -> None: ...
def encrypt(field: str, text: str | None) -> bytes | None:
    """Ciphertext of ``text``, or None where it was not given. ``field`` is the column without ``_cipher``: name, payee."""
    return None if text is None else key_ring().encrypt(field, text)


@overload
def decrypt(field: str, value: bytes) -> str: ...
@overload
def decrypt(field: str, value: None) -> None: ...
def decrypt(field: str, value: bytes | None) -> str | None:
    """The text behind a ciphertext of the same ``field``."""
    return None if value is None else key_ring().decrypt(field, value)


def digest(field: str, text: str) -> str:
    """Keyed digest by which a person is found without decrypting anybody."""
    return key_ring().digest(field, text)


def mask(text: str | None, head: int = 0, tail: int = 4) -> str:
    """``text`` for display: its first ``head`` and last ``tail`` characters, stars between; all stars where that would show most of it."""
    if not text:
        return ""
    if head + tail > len(text) // 2:
        head, tail = min(1, len(text) - 1), 0
    return text[:head] + "*" * (len(text) - head - tail) + text[len(text) - tail :]
