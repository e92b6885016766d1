"""Files over HTTP: up before their message, down to their creator alone."""

from pathlib import Path

from bot.messages import Outbound
from tests.bot.api.conftest import Api, Caller
from tests.bot.channels.running_bot import ONE_DATABASE
from tools.kernel import upload_files
from tools.kernel.agent_tool import Attachment
from tools.kernel.charts import Chart, Series

PNG = b"\x89PNG\r\n\x1a\n" + b"pixels"
LIMIT = 2_000_000


def sent(caller: Caller, content: bytes, name: str = "a.png") -> str:
    answer = caller.send("/uploads", content, **{"X-File-Name": name})
    assert answer.status_code == 200
    identity: str = answer.json()["id"]
    return identity


class TestUpload:
    def test_goes_with_its_message_and_comes_back(self, api: Api) -> None:
        caller = api.as_creator(api.laotie)
        name = sent(caller, PNG, "%E5%B0%81%E9%9D%A2.png")

        caller.post("/messages", {"key": "1", "text": "看", "uploads": [name]})

        (line, _) = caller.get("/messages").json()["messages"]
        (file,) = line["files"]
        got = api.client.get(file["url"], headers=caller.headers)
        assert (file["name"], file["kind"], file["size_bytes"]) == ("封面.png", "image", len(PNG))
        assert (got.content, got.headers["content-type"]) == (PNG, "image/png")
        assert got.headers["content-disposition"].startswith("attachment")
        assert got.headers["x-content-type-options"] == "nosniff"

    def test_is_nobody_elses_to_send_or_to_read(self, api: Api) -> None:
        owner, thief = api.as_creator(api.laotie), api.as_creator(api.xinren)
        name = sent(owner, PNG)

        stolen = thief.post("/messages", {"key": "1", "text": "我的", "uploads": [name]})
        owner.post("/messages", {"key": "1", "text": "看", "uploads": [name]})
        read = thief.get("/uploads/1")

        assert (stolen.status_code, read.status_code) == (404, 404)
        assert read.json() == thief.get("/uploads/99").json()
        assert api.app.agent.asked == ["看"]
        assert owner.get("/uploads/1").status_code == 200

    def test_goes_with_one_message_once(self, api: Api) -> None:
        caller = api.as_creator(api.laotie)
        name = sent(caller, PNG)
        first = caller.post("/messages", {"key": "1", "text": "看", "uploads": [name]})

        again = caller.post("/messages", {"key": "1", "text": "看", "uploads": [name]})
        other = caller.post("/messages", {"key": "2", "text": "看", "uploads": [name]})

        assert again.json() == first.json()
        assert other.status_code == 404
        assert len(caller.get("/messages").json()["messages"]) == 2

    def test_ends_with_a_message_that_is_refused(self, api: Api, tmp_path: Path) -> None:
        caller = api.as_creator(api.laotie)
        name = sent(caller, PNG)

        refused = caller.post("/messages", {"key": "1", "text": "看", "uploads": [name, "unknown"]})

        assert (refused.status_code, "upload the files again" in refused.json()["detail"]) == (404, True)
        assert list(upload_files.arriving_files(tmp_path)) == []
        assert caller.get("/messages").json()["messages"] == []

    @ONE_DATABASE
    def test_is_bounded_and_leaves_nothing_behind(self, api: Api, tmp_path: Path) -> None:
        caller = api.as_creator(api.laotie)

        answers = [caller.send("/uploads", content) for content in (bytes(LIMIT + 1), b"")]

        assert [one.status_code for one in answers] == [413, 422]
        assert all(one.headers["content-type"] == "application/problem+json" for one in answers)
        assert "2 MB" in answers[0].json()["detail"]
        assert list(upload_files.arriving_files(tmp_path)) == []


class TestAttachment:
    def test_is_the_creators_own(self, api: Api, tmp_path: Path) -> None:
        (tmp_path / "a.csv").write_text("收入")
        api.app.agent.answers["文件"] = Outbound(
            text="给你",
            attachments=(Attachment("file", str(tmp_path / "a.csv")),),
            charts=(Chart("收入", ("8月1日",), (Series("收入", (1.5,), "元"),)),),
        )
        caller, other = api.as_creator(api.laotie), api.as_creator(api.xinren)
        answer = caller.post("/messages", {"key": "1", "text": "文件"}).json()["answer"]
        path = f"/attachments/{answer['message_id']}"

        file, picture = caller.get(f"{path}/0"), caller.get(f"{path}/1")
        missing = [caller.get(f"{path}/2"), other.get(f"{path}/0"), other.get(f"{path}/1")]

        assert file.content.decode() == "收入"
        assert picture.content.startswith(b"\x89PNG")
        assert [one.status_code for one in missing] == [404] * 3
        assert other.get("/attachments/99/0").json() == missing[1].json()

    def test_that_was_deleted_is_told_as_missing(self, api: Api, tmp_path: Path) -> None:
        gone = tmp_path / "gone.csv"
        api.app.agent.answers["文件"] = Outbound(text="给你", attachments=(Attachment("file", str(gone)),))
        caller = api.as_creator(api.laotie)
        answer = caller.post("/messages", {"key": "1", "text": "文件"}).json()["answer"]

        assert caller.get(f"/attachments/{answer['message_id']}/0").status_code == 404
