"""The one way into an SQLite database of others: a copy in memory, whose tables can be read and nothing run.

No view, trigger, function, virtual table, pragma or further database is allowed; what is asked is bounded in
steps, and every text in its length.
"""

import sqlite3
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress

from bayes_ivig.errors import named, quoted
from bayes_ivig.files.reading import MIB
from bayes_ivig.files.rows import MOST_CELLS

MAGIC = b"SQLite format 3\x00"
MOST_STEPS = 400  # of ``STEP`` instructions of the database's machine, for one question
STEP = 1_000_000
MOST_COLUMNS = 4_000
LONGEST = MIB  # of a text or of a row
ALLOWED = {sqlite3.SQLITE_SELECT, sqlite3.SQLITE_READ}

type Value = str | int | float | bytes | None


class Tables:
    """Tables of an open database."""

    def __init__(self, connection: sqlite3.Connection) -> None:
        self._connection = connection

    def columns(self, table: str) -> tuple[str, ...]:
        """Return the names of a table's columns, none where there is no such table.

        Raises ``ValueError`` for what is no plain table.
        """
        found = self._rows('SELECT "type", "sql" FROM sqlite_master WHERE "name" = ?', (table,))
        if not found:
            return ()
        if found[0][0] != "table" or not str(found[0][1]).lstrip().upper().startswith("CREATE TABLE"):
            raise ValueError(f"its database has {quoted(table)} as something that is no table")
        with _problems():
            asked = self._connection.execute(f"SELECT * FROM {_named(table)} LIMIT 0")
            return tuple(each[0] for each in asked.description)

    def rows(self, table: str, columns: Sequence[str], order: str = "") -> list[tuple[Value, ...]]:
        """Return the rows of a table, of these columns, in the order of another; raises ``ValueError``."""
        asked = f"SELECT {', '.join(map(_named, columns))} FROM {_named(table)}"
        return self._rows(f"{asked} ORDER BY {_named(order)}" if order else asked, ())

    def _rows(self, question: str, values: Sequence[Value]) -> list[tuple[Value, ...]]:
        steps = 0

        def step() -> int:
            nonlocal steps
            steps += 1
            return int(steps > MOST_STEPS)

        rows: list[tuple[Value, ...]] = []
        with _problems():
            self._connection.set_progress_handler(step, STEP)
            asked = self._connection.execute(question, values)
            while part := asked.fetchmany(10_000):
                rows += part
                if len(rows) * len(part[0]) > MOST_CELLS:
                    raise ValueError(
                        f"its database holds more than {MOST_CELLS:,} cells, the most that is read"
                    )
        return rows


@contextmanager
def opened(raw: bytes) -> Iterator[Tables]:
    """Open a database from its bytes, to be read; raises ``ValueError`` where it is none, or damaged."""
    if not raw.startswith(MAGIC) or len(raw) < 100:
        raise ValueError("its database is no SQLite database")
    # a database that was written through a log is marked so; a copy in memory has no log
    plain = raw[:18] + b"\x01\x01" + raw[20:]
    connection = sqlite3.connect(":memory:", isolation_level=None)
    try:
        with _problems():
            _bound(connection)
            connection.deserialize(plain)
            connection.execute("PRAGMA query_only = ON")
            connection.execute("PRAGMA cell_size_check = ON")
            connection.set_authorizer(_allowed)
        yield Tables(connection)
    finally:
        connection.close()


def _bound(connection: sqlite3.Connection) -> None:
    connection.text_factory = _text
    for limit, most in (
        (sqlite3.SQLITE_LIMIT_LENGTH, LONGEST),
        (sqlite3.SQLITE_LIMIT_SQL_LENGTH, LONGEST),
        (sqlite3.SQLITE_LIMIT_COLUMN, MOST_COLUMNS),
        (sqlite3.SQLITE_LIMIT_EXPR_DEPTH, 50),
        (sqlite3.SQLITE_LIMIT_COMPOUND_SELECT, 1),
        (sqlite3.SQLITE_LIMIT_ATTACHED, 0),
        (sqlite3.SQLITE_LIMIT_TRIGGER_DEPTH, 1),
    ):
        connection.setlimit(limit, most)
    for setting, value in (
        (sqlite3.SQLITE_DBCONFIG_DEFENSIVE, True),
        (sqlite3.SQLITE_DBCONFIG_TRUSTED_SCHEMA, False),
        (sqlite3.SQLITE_DBCONFIG_DQS_DML, False),  # a name of no column is no text
        (sqlite3.SQLITE_DBCONFIG_ENABLE_TRIGGER, False),
        (sqlite3.SQLITE_DBCONFIG_ENABLE_VIEW, False),
        (sqlite3.SQLITE_DBCONFIG_ENABLE_LOAD_EXTENSION, False),
    ):
        with suppress(sqlite3.OperationalError):  # a library that was built without what is turned off
            connection.setconfig(setting, value)


def _allowed(action: int, *_: str | None) -> int:
    return sqlite3.SQLITE_OK if action in ALLOWED else sqlite3.SQLITE_DENY


def _text(raw: bytes) -> str:
    return raw.decode("utf-8", "replace")


def _named(name: str) -> str:
    return '"' + name.replace('"', '""') + '"'


@contextmanager
def _problems() -> Iterator[None]:
    try:
        yield
    except sqlite3.OperationalError as error:
        if "interrupted" in str(error):
            raise ValueError("its database takes too long to be read") from None
        raise _damaged(error) from None
    except (sqlite3.Error, sqlite3.Warning, OverflowError, MemoryError) as error:
        raise _damaged(error) from None


def _damaged(error: Exception) -> ValueError:
    return ValueError(f"its database cannot be read ({named(str(error) or type(error).__name__, 200)})")
