"""Decides by which certificate phones know this computer: one it made itself, kept with its key.

No authority vouches for an address in a home network, so phones warn once, and show the
fingerprint that the terminal shows too.
"""

from __future__ import annotations

import hashlib
import ipaddress
import os
import stat
from contextlib import suppress
from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

from evenstride.domain.errors import StorageError

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime
    from pathlib import Path

VALID = timedelta(days=396)
"""Phones refuse certificates that hold for longer than 398 days."""

_RENEWED_BEFORE = timedelta(days=30)
_SLOW_CLOCKS = timedelta(hours=1)
_FILE = "phone.pem"  # key and certificate in one file: no crash parts them


@dataclass(frozen=True, slots=True)
class Certificate:
    """A certificate and its key on disk.

    Attributes
    ----------
    pem
        The file with both, PEM; only its owner can read it.
    fingerprint
        SHA-256 of the certificate as browsers show it, in pairs of hexadecimal digits.
    """

    pem: Path
    fingerprint: str


def local_certificate(
    folder: Path, *, addresses: Sequence[str], names: Sequence[str], now: datetime
) -> Certificate:
    """Give the certificate for these addresses and names, made anew where the kept one is no good.

    It is no good when it is missing or damaged, for other addresses or names, soon over, or when
    somebody else could have read its key.

    Parameters
    ----------
    folder
        Where it is kept; made with rights for its owner only.
    addresses, names
        By which this computer will be called.
    now
        Aware, UTC.

    Raises
    ------
    StorageError
        The folder cannot be written.
    """
    pem = folder / _FILE
    wanted: list[x509.GeneralName] = [
        x509.IPAddress(ipaddress.ip_address(each)) for each in dict.fromkeys(addresses)
    ]
    wanted += [x509.DNSName(each) for each in dict.fromkeys(names)]
    try:
        kept = _kept(pem, wanted, now)
        if kept is None:
            folder.mkdir(parents=True, exist_ok=True, mode=0o700)
            kept = _make(pem, wanted, now)
    except OSError as error:
        raise StorageError(
            f"The certificate for phones cannot be kept in {folder}: {error.strerror}."
        ) from error
    digest = hashlib.sha256(kept.public_bytes(serialization.Encoding.DER)).digest()
    return Certificate(pem, digest.hex(":").upper())


def _kept(pem: Path, wanted: Sequence[x509.GeneralName], now: datetime) -> x509.Certificate | None:
    try:
        if os.name == "posix" and stat.S_IMODE(pem.stat().st_mode) & 0o077:
            return None
        content = pem.read_bytes()
        secret = serialization.load_pem_private_key(content, password=None)
        found = x509.load_pem_x509_certificate(content)
        named = found.extensions.get_extension_for_class(x509.SubjectAlternativeName).value
    except (FileNotFoundError, ValueError, TypeError, x509.ExtensionNotFound):
        return None
    is_for = set(named) == set(wanted)
    holds = found.not_valid_before_utc <= now < found.not_valid_after_utc - _RENEWED_BEFORE
    return found if holds and is_for and secret.public_key() == found.public_key() else None


def _make(pem: Path, wanted: Sequence[x509.GeneralName], now: datetime) -> x509.Certificate:
    secret = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "Evenstride on this computer")])
    identifier = x509.SubjectKeyIdentifier.from_public_key(secret.public_key())
    made = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(secret.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - _SLOW_CLOCKS)
        .not_valid_after(now - _SLOW_CLOCKS + VALID)
        .add_extension(x509.SubjectAlternativeName(wanted), critical=False)
        # No authority: even who trusts it trusts this computer only, and nothing it could sign.
        .add_extension(x509.BasicConstraints(ca=False, path_length=None), critical=True)
        .add_extension(
            x509.KeyUsage(
                digital_signature=True,
                content_commitment=False,
                key_encipherment=False,
                data_encipherment=False,
                key_agreement=False,
                key_cert_sign=False,
                crl_sign=False,
                encipher_only=False,
                decipher_only=False,
            ),
            critical=True,
        )
        .add_extension(x509.ExtendedKeyUsage([ExtendedKeyUsageOID.SERVER_AUTH]), critical=False)
        .add_extension(identifier, critical=False)
        .sign(secret, hashes.SHA256())
    )
    key = secret.private_bytes(
        serialization.Encoding.PEM,
        serialization.PrivateFormat.PKCS8,
        serialization.NoEncryption(),
    )
    _write(pem, key + made.public_bytes(serialization.Encoding.PEM))
    return made


def _write(path: Path, content: bytes) -> None:
    """Write a file that at no moment anybody but its owner can read."""
    temporary = path.with_name(f"{path.name}.{os.getpid()}.tmp")
    with suppress(FileNotFoundError):
        temporary.unlink()
    descriptor = os.open(temporary, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "wb") as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())
    temporary.replace(path)
