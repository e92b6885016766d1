import os
import subprocess
import sys

from sqlalchemy import text

from tools.kernel import job_workers
from tools.kernel.db import Database


def joined(database: Database) -> str:
    with database.writing() as session:
        return job_workers.join(session)


def lost(database: Database) -> list[str]:
    with database.reading() as session:
        return job_workers.lost(session, after_seconds=20)


def change(database: Database, statement: str, **values: object) -> None:
    with database.writing() as session:
        session.execute(text(statement), values)


class TestLost:
    def test_names_nobody_who_lives(self, database: Database) -> None:
        joined(database)

        assert lost(database) == []

    def test_names_who_gave_no_sign_until_he_gives_one(self, database: Database) -> None:
        worker = joined(database)
        change(database, "UPDATE job_worker SET seen_second = seen_second - 21")
        silent = lost(database)
        with database.writing() as session:
            job_workers.give_sign(session, worker)

        assert silent == [worker]
        assert lost(database) == []

    def test_names_who_left(self, database: Database) -> None:
        worker = joined(database)
        with database.writing() as session:
            job_workers.leave(session, worker)

        assert lost(database) == [worker]

    def test_names_at_once_whose_process_on_this_machine_is_gone(self, database: Database) -> None:
        gone = subprocess.Popen([sys.executable, "-c", ""])
        gone.wait()
        here, elsewhere = joined(database), joined(database)
        change(database, "UPDATE job_worker SET process = :process", process=gone.pid)
        change(database, "UPDATE job_worker SET place = 'another' WHERE id = :id", id=elsewhere)

        assert lost(database) == [here]


class TestBury:
    def test_has_one_heir(self, database: Database) -> None:
        worker = joined(database)
        heirs: list[bool] = []
        for _ in range(2):
            with database.writing() as session:
                heirs.append(job_workers.bury(session, worker))

        assert heirs == [True, False]


class TestGiveSign:
    def test_notes_a_worker_anew_that_was_buried_alive(self, database: Database) -> None:
        worker = joined(database)
        with database.writing() as session:
            job_workers.bury(session, worker)
            job_workers.give_sign(session, worker)

        with database.reading() as session:
            assert session.execute(text("SELECT id, process FROM job_worker")).all() == [
                (worker, os.getpid())
            ]
