"""Join the records of another browser or computer with those here."""

import sqlite3

from coursekit.exercises.engine.store import Statement, write

TABLES = {
    "progress": "exercise, passed, points, tries",
    "tries": "exercise, source, moment, outcome, points, misconception",
    "guesses": "question, lesson, text, options, guess, unit, sure, moment, correct, answer",
    "reviews": "item, stage, due",
}
# A row of `progress` or `reviews` that exists on both sides: the better result, the later stage.
JOINED = {
    "progress": "ON CONFLICT (exercise) DO UPDATE SET passed = max(passed, excluded.passed), "
    "points = max(points, excluded.points), tries = max(tries, excluded.tries)",
    "reviews": "ON CONFLICT (item) DO UPDATE SET stage = excluded.stage, due = excluded.due "
    "WHERE excluded.stage > stage",
}


def join(records: bytes) -> None:
    """Add the records in a store's file to the store: the better result of each exercise, every try and guess once.

    Raises sqlite3.DatabaseError if the bytes are no such file.
    """
    other = sqlite3.connect(":memory:")
    other.deserialize(records)
    statements: list[Statement] = []
    for table, columns in TABLES.items():
        marks = ", ".join("?" for _ in columns.split(", "))
        for row in other.execute(f"SELECT {columns} FROM {table}").fetchall():
            if table in JOINED:
                statements.append((f"INSERT INTO {table} ({columns}) VALUES ({marks}) {JOINED[table]}", row))
            else:
                same = " AND ".join(f"{column} IS ?" for column in columns.split(", "))
                statement = f"INSERT INTO {table} ({columns}) SELECT {marks} WHERE NOT EXISTS (SELECT 1 FROM {table} WHERE {same})"
                statements.append((statement, (*row, *row)))
    other.close()
    write(*statements)
