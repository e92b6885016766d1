import os
import string
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.calls import a_creator, an_open_conversation
from tools.kernel import invariants, upload_files, uploads
from tools.kernel.db import Database
from tools.kernel.upload_files import Arrival, ReceivedFile, UploadTooLargeError, shown_name
from tools.kernel.upload_jobs import forget_old
from tools.kernel.upload_kinds import HEAD_BYTES, UploadKind, recognise
from tools.kernel.uploads import Upload

DAYS = 30
A_DAY_AND_MORE = 25 * 3600


@pytest.fixture
def creator(database: Database) -> int:
    with database.writing() as session:
        return a_creator(session, "laotie")


@pytest.fixture
def conversation(database: Database, creator: int, now: datetime) -> int:
    with database.writing() as session:
        return an_open_conversation(session, creator=creator, now=now)


def received(
    database: Database, content: bytes = b"\xff\xd8\xff picture", *, name: str = "a.jpg"
) -> ReceivedFile:
    arrival = Arrival(database.files, name=name, limit_bytes=1_000)
    arrival.write(content)
    file = arrival.finish()
    assert file
    return file


def attached(
    database: Database, creator: int, conversation: int, *contents: bytes, at: datetime, key: str = "k"
) -> tuple[Upload, ...]:
    files = [received(database, content) for content in contents]
    with database.writing() as session:
        return uploads.attach(
            session,
            creator_id=creator,
            conversation_id=conversation,
            message_key=key,
            files=files,
            now=at,
        )


def on_disk(database: Database) -> list[Path]:
    return list(upload_files.stored_files(database.files))


def arriving(database: Database) -> list[Path]:
    return list(upload_files.arriving_files(database.files))


def aged(path: Path) -> None:
    """Make the file look as if it had lain there for more than a day."""
    moment = path.stat().st_mtime - A_DAY_AND_MORE
    os.utime(path, (moment, moment))


def broken(database: Database) -> list[str]:
    with database.reading() as session:
        return [line for invariant in invariants.INVARIANTS for line in invariant.violations(session)]


class TestAttach:
    def test_gives_the_files_in_their_order(
        self, database: Database, creator: int, conversation: int, now: datetime
    ) -> None:
        first, second = attached(database, creator, conversation, b"GIF89a 1", b"words", at=now)

        assert [(one.kind, one.path.read_bytes()) for one in (first, second)] == [
            (UploadKind.IMAGE, b"GIF89a 1"),
            (UploadKind.FILE, b"words"),
        ]
        assert arriving(database) == []
        assert broken(database) == []

    def test_of_the_same_message_again_stores_nothing_new(
        self, database: Database, creator: int, conversation: int, now: datetime
    ) -> None:
        first = attached(database, creator, conversation, b"1", b"2", at=now)

        again = attached(database, creator, conversation, b"1", b"2", at=now)
        longer = attached(database, creator, conversation, b"1", b"2", b"3", at=now)

        assert again == first
        assert longer[:2] == first
        assert len(on_disk(database)) == 3

    def test_stores_the_same_bytes_once(
        self, database: Database, creator: int, conversation: int, now: datetime
    ) -> None:
        (first,) = attached(database, creator, conversation, b"same", at=now, key="1")
        (second,) = attached(database, creator, conversation, b"same", at=now, key="2")

        assert first.id != second.id
        assert on_disk(database) == [first.path]

    def test_that_is_rolled_back_leaves_only_bytes_for_the_sweep(
        self, database: Database, creator: int, conversation: int, now: datetime
    ) -> None:
        file = received(database)
        with database.writing() as session:
            uploads.attach(
                session,
                creator_id=creator,
                conversation_id=conversation,
                message_key="k",
                files=[file],
                now=now,
            )
            session.rollback()
        (orphan,) = on_disk(database)

        young = broken(database)
        forget_old(database, now, kept_days=DAYS)
        kept = on_disk(database)
        aged(orphan)
        old = broken(database)
        forget_old(database, now, kept_days=DAYS)

        assert young == []
        assert kept == [orphan]
        assert old == [f"{orphan} belongs to no upload"]
        assert on_disk(database) == []
        assert broken(database) == []


class TestFind:
    def test_finds_the_owners_alone(
        self, database: Database, creator: int, conversation: int, now: datetime
    ) -> None:
        (upload,) = attached(database, creator, conversation, b"mine", at=now)
        with database.writing() as session:
            stranger = a_creator(session, "stranger")

            assert uploads.find(session, upload_id=upload.id, creator_id=creator) == upload
            assert uploads.find(session, upload_id=upload.id, creator_id=stranger) is None
            assert uploads.find(session, upload_id=upload.id + 1, creator_id=creator) is None


class TestNewest:
    def test_is_the_last_message_with_files_in_this_conversation(
        self, database: Database, creator: int, conversation: int, now: datetime
    ) -> None:
        attached(database, creator, conversation, b"1", at=now, key="first")
        second = attached(database, creator, conversation, b"2", b"3", at=now, key="second")
        with database.writing() as session:
            stranger = a_creator(session, "stranger")
            elsewhere = an_open_conversation(session, creator=stranger, now=now)

            found = uploads.newest(session, conversation_id=conversation, creator_id=creator, now=now)

            assert found == second
            for here, who in ((conversation, stranger), (elsewhere, creator), (conversation, None)):
                assert uploads.newest(session, conversation_id=here, creator_id=who, now=now) == ()

    def test_is_nothing_after_a_day(
        self, database: Database, creator: int, conversation: int, now: datetime
    ) -> None:
        sent = attached(database, creator, conversation, b"1", at=now)

        with database.reading() as session:
            found = [
                uploads.newest(
                    session,
                    conversation_id=conversation,
                    creator_id=creator,
                    now=now + timedelta(hours=hours),
                )
                for hours in (24, 25)
            ]

        assert found == [sent, ()]


class TestForgetOld:
    def test_deletes_what_is_old_and_kept_by_nothing(
        self, database: Database, creator: int, conversation: int, now: datetime
    ) -> None:
        long_ago = now - timedelta(days=DAYS, hours=1)
        (old,) = attached(database, creator, conversation, b"old", at=long_ago, key="1")
        (kept,) = attached(database, creator, conversation, b"kept", at=long_ago, key="2")
        (shared,) = attached(database, creator, conversation, b"shared", at=long_ago, key="3")
        (young,) = attached(database, creator, conversation, b"shared", at=now, key="4")
        with database.writing() as session:
            uploads.keep(session, upload_id=kept.id, creator_id=creator, now=now)
        for path in on_disk(database):
            aged(path)

        forget_old(database, now, kept_days=DAYS)

        with database.reading() as session:
            left = [
                uploads.find(session, upload_id=upload.id, creator_id=creator)
                for upload in (old, kept, shared, young)
            ]
        assert left == [None, kept, None, young]
        assert sorted(on_disk(database)) == sorted([kept.path, young.path])
        assert broken(database) == []

    def test_leaves_no_number_to_a_later_file_which_an_old_message_would_show(
        self, database: Database, creator: int, conversation: int, now: datetime
    ) -> None:
        long_ago = now - timedelta(days=DAYS, hours=1)
        (old,) = attached(database, creator, conversation, b"old", at=long_ago, key="1")
        forget_old(database, now, kept_days=DAYS)

        (new,) = attached(database, creator, conversation, b"new", at=now, key="2")

        with database.reading() as session:
            assert uploads.find(session, upload_id=old.id, creator_id=creator) is None
            assert uploads.find(session, upload_id=new.id, creator_id=creator) == new

    def test_deletes_what_never_arrived(self, database: Database, now: datetime) -> None:
        left, coming = received(database).path, received(database).path
        aged(left)

        forget_old(database, now, kept_days=DAYS)

        assert arriving(database) == [coming]


class TestInvariants:
    def test_name_the_upload_whose_bytes_are_wrong(
        self, database: Database, creator: int, conversation: int, now: datetime
    ) -> None:
        lost, short = attached(database, creator, conversation, b"lost", b"short", at=now)
        lost.path.unlink()
        short.path.write_bytes(b"s")

        assert broken(database) == [
            f"upload {lost.id}: {lost.path} is missing, received were 4 bytes",
            f"upload {short.id}: {short.path} is 1 bytes, received were 5 bytes",
        ]


class TestArrival:
    def test_ends_at_the_first_byte_too_many(self, tmp_path: Path) -> None:
        arrival = Arrival(tmp_path, name="a", limit_bytes=10)
        arrival.write(b"0123456789")

        with pytest.raises(UploadTooLargeError):
            arrival.write(b"0")

        assert list(upload_files.arriving_files(tmp_path)) == []

    def test_of_nothing_is_nothing(self, tmp_path: Path) -> None:
        assert Arrival(tmp_path, name="a", limit_bytes=10).finish() is None
        assert list(upload_files.arriving_files(tmp_path)) == []

    @given(pieces=st.lists(st.binary(max_size=300), min_size=1, max_size=8).filter(any))
    def test_is_the_same_however_it_is_cut(
        self, tmp_path_factory: pytest.TempPathFactory, pieces: list[bytes]
    ) -> None:
        folder = tmp_path_factory.mktemp("arrival")
        whole, cut = (Arrival(folder, name="a", limit_bytes=10_000) for _ in range(2))
        whole.write(b"".join(pieces))
        for piece in pieces:
            cut.write(piece)

        first, second = whole.finish(), cut.finish()

        assert first
        assert second
        assert first.path.read_bytes() == second.path.read_bytes() == b"".join(pieces)
        assert replace(first, path=folder) == replace(second, path=folder)


class TestShownName:
    @given(st.text(alphabet=st.characters() | st.sampled_from("/\\.\x00\u202e\n\ud800"), max_size=300))
    def test_is_one_short_visible_line_without_folders(self, name: str) -> None:
        shown = shown_name(name)

        assert 0 < len(shown) <= 80
        assert shown.isprintable()
        assert not set(shown) & set("/\\")
        assert shown.strip(". ")
        assert shown.encode()
        assert shown_name(shown) == shown

    def test_keeps_the_ending_of_a_long_one(self) -> None:
        assert shown_name("很" * 200 + ".mp4") == "很" * 75 + "….mp4"


KINDS = {
    b"\xff\xd8\xff\xe0": "image/jpeg",
    b"\x89PNG\r\n\x1a\n": "image/png",
    b"RIFF....WEBPVP8 ": "image/webp",
    b"RIFF....AVI LIST": "video/x-msvideo",
    b"....ftypheic": "image/heic",
    b"....ftypavif": "image/avif",
    b"....ftypisom": "video/mp4",
    b"....ftypqt  ": "video/quicktime",
    b"....ftyp3gp5": "video/3gpp",
    b"....moov": "video/quicktime",
    b"\x1a\x45\xdf\xa3....webm": "video/webm",
    b"\x1a\x45\xdf\xa3....matroska": "video/x-matroska",
    b"FLV\x01": "video/x-flv",
    (b"G" + bytes(187)) * 3: "video/mp2t",
    b"....ftypM4A ": "audio/mp4",
    b"RIFF....WAVEfmt ": None,
    b"<svg xmlns=": None,
    b"MZ": None,
    b"": None,
}


class TestRecognise:
    @pytest.mark.parametrize(("head", "media_type"), KINDS.items())
    def test_goes_by_the_first_bytes(self, head: bytes, media_type: str | None) -> None:
        found = recognise(head, claimed="image/png")

        assert found.media_type == (media_type or "application/octet-stream")
        assert found.kind == {"image": "image", "video": "video"}.get(
            found.media_type.partition("/")[0], "file"
        )

    @pytest.mark.parametrize(
        ("claimed", "media_type"),
        [
            ("application/pdf", "application/pdf"),
            ("Text/Plain; charset=utf-8", "text/plain"),
            ("video/mp4", "application/octet-stream"),
            ("text/html\r\nX: y", "application/octet-stream"),
            ("no type", "application/octet-stream"),
        ],
    )
    def test_believes_only_a_harmless_claim(self, claimed: str, media_type: str) -> None:
        assert recognise(b"words", claimed=claimed).media_type == media_type

    @given(head=st.binary(max_size=HEAD_BYTES), claimed=st.text(string.printable, max_size=40))
    def test_takes_any_bytes(self, head: bytes, claimed: str) -> None:
        found = recognise(head, claimed=claimed)

        assert len(found.media_type) <= 80
        assert (found.kind is UploadKind.FILE) == (not found.media_type.startswith(("image/", "video/")))
