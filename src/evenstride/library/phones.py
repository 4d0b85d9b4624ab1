"""Decides what is kept of a paired phone: the hash of its token, never the token."""

from __future__ import annotations

import secrets
from typing import TYPE_CHECKING

from sqlalchemy import delete, insert, select

from evenstride.domain.text import storable
from evenstride.library import tables
from evenstride.library.entries import Phone

if TYPE_CHECKING:
    from datetime import datetime

    from sqlalchemy.engine import Connection


_COLUMNS = (
    tables.phones.c.phone_id,
    tables.phones.c.name,
    tables.phones.c.paired_at_utc,
    tables.phones.c.expires_at_utc,
)


def pair(
    connection: Connection,
    token_sha256: str,
    name: str,
    paired_at_utc: datetime,
    expires_at_utc: datetime,
) -> str:
    """Let a phone in, forget those whose time was over by then, and return its id."""
    tables.to_us(expires_at_utc)  # refuse naive times before anything is done
    table = tables.phones
    connection.execute(delete(table).where(table.c.expires_at_utc <= paired_at_utc))
    phone_id = secrets.token_hex(8)
    connection.execute(
        insert(table).values(
            phone_id=phone_id,
            token_sha256=token_sha256,
            name=storable(name),
            paired_at_utc=paired_at_utc,
            expires_at_utc=expires_at_utc,
        )
    )
    return phone_id


def phones(connection: Connection) -> list[Phone]:
    """List the phones, the last paired first."""
    order = (tables.phones.c.paired_at_utc.desc(), tables.phones.c.phone_id)
    return [Phone(*row) for row in connection.execute(select(*_COLUMNS).order_by(*order))]


def of_token(connection: Connection, token_sha256: str) -> Phone | None:
    """Find the phone of a token."""
    query = select(*_COLUMNS).where(tables.phones.c.token_sha256 == token_sha256)
    row = connection.execute(query).first()
    return None if row is None else Phone(*row)


def revoke(connection: Connection, phone_id: str) -> None:
    """Let a phone in no more; a no-op where it is not known."""
    connection.execute(delete(tables.phones).where(tables.phones.c.phone_id == phone_id))
