"""The full-text index's own list of words and pairs, looked up piece by piece: a look costs the same however
many posts there are. It has all contents, so a post need not have a word of it."""

import json
import sqlite3
from collections.abc import Iterable

_MOST_COUNTED = 1_000  # texts in which a word is counted
_HAS = "SELECT value FROM json_each(?) WHERE EXISTS (SELECT 1 FROM {name} WHERE term = value)"
# each step is a look for the next word: reading them in a row would read all places of each
_BEGINNING = """
WITH RECURSIVE word (term) AS (
  SELECT (SELECT term FROM {name} WHERE term >= ?1 LIMIT 1)
  UNION ALL SELECT (SELECT term FROM {name} WHERE term >= word.term || char(1) LIMIT 1)
    FROM word WHERE substr(word.term, 1, length(?1)) = ?1 LIMIT ?2
)
SELECT term FROM word WHERE substr(term, 1, length(?1)) = ?1
"""
_COUNT = "SELECT count(*) FROM (SELECT 1 FROM content_text WHERE content_text MATCH ? LIMIT ?)"


class Vocabulary:
    """The list of one connection; made within a transaction, which it may write temporary tables to."""

    def __init__(self, conn: sqlite3.Connection) -> None:
        self._conn, self._name = conn, "main.content_text_words"
        there = conn.execute("SELECT 1 FROM main.sqlite_master WHERE name = 'content_text_words'").fetchone()
        if not there:  # a database of an earlier program
            self._name = "temp.content_text_words"
            conn.execute(
                f"CREATE VIRTUAL TABLE {self._name} USING fts5vocab ('main', 'content_text', 'instance')"
            )

    def having(self, words: Iterable[str]) -> set[str]:
        """Those of the words that the index has."""
        rows = self._conn.execute(_HAS.format(name=self._name), (json.dumps(list(words)),))
        return {word for (word,) in rows}

    def beginning(self, start: str, most: int) -> list[str]:
        """The first words that begin so, in order."""
        return [word for (word,) in self._conn.execute(_BEGINNING.format(name=self._name), (start, most))]

    def texts(self, expression: str) -> int:
        """In how many texts an FTS5 expression is found, up to a thousand."""
        return int(self._conn.execute(_COUNT, (expression, _MOST_COUNTED)).fetchone()[0])
