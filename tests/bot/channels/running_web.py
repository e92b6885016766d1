"""A real web server in a process of its own, and a real browser that visits it; nothing leaves this machine."""

import os
import shutil
import signal
import socket
import subprocess
import sys
import threading
import urllib.error
import urllib.request
from collections.abc import Callable, Generator
from contextlib import contextmanager
from datetime import date, datetime
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import (
    Browser,
    BrowserContext,
    FilePayload,
    Locator,
    Page,
    Request,
    WebSocket,
    expect,
    sync_playwright,
)

from bot.channels.web import serve_pages
from bot.messages import Outbound
from bot.settings import Settings
from tests.bot.channels.running_bot import ScriptedApp
from tools.creators import service as creators
from tools.creators.models import Creator
from tools.kernel.agent_tool import Attachment, Button, Citation
from tools.kernel.charts import Chart, Drawing, Mark, Series
from tools.kernel.db import Database, open_database
from tools.kernel.period import PLATFORM_ZONE
from tools.schema import metadata

ROOT = Path(__file__).parents[3]
THOUGHT = "thought"
NOON = datetime(2022, 8, 15, 12, tzinfo=PLATFORM_ZONE)
# Two cores that others use too; a page that works answers in a tenth of a second.
PATIENCE_SECONDS = 60

_SWITCHES = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)
_CURVE = '<svg xmlns="http://www.w3.org/2000/svg" width="40" height="20"><rect width="40" height="20"/></svg>'
HOSTILE = "<img src=x onerror=\"document.title='hacked'\"><b>粗</b> {{7*7}} &lt;i&gt;"

CHART = Chart(
    title=f"《铁锅炖大鹅》每秒还在看的人 {HOSTILE}",
    labels=tuple(f"{second}秒" for second in range(60)),
    series=(
        Series(HOSTILE, tuple(15_000.0 - 200 * second for second in range(60)), "人", Drawing.AREA),
        Series("点赞", tuple(float(second % 7) for second in range(60)), "次", second_axis=True),
    ),
    marks=(Mark(3, "开头走了很多人"), Mark(4, HOSTILE), Mark(30, "点赞最多")),
    note="按 15,000 次播放计算。",
)
CITIES = Chart(
    title="粉丝最多的城市",
    labels=(
        "沈阳市",
        "呼和浩特市",
        "乌鲁木齐市",
        "齐齐哈尔市",
        "牡丹江市",
        "哈尔滨市",
        "佳木斯市",
        "鄂尔多斯市",
    ),
    series=(Series("粉丝", (12_300, 8_000, 7_000, 5_000, None, 400, 30, 2), "人", Drawing.BAR),),
)


Visitor = Callable[..., "Visit"]


def make_platform(home: Path) -> None:
    """Make a home with two creators and no demo, and what the scripted agent needs."""
    (home / "curve.svg").write_text(_CURVE)
    os.mkfifo(home / THOUGHT)
    database = open_database(settings_at(home).resolved_database_url, files=home)
    metadata.create_all(database.engine)
    laotie = Creator(
        handle="laotie",
        nickname="老铁",
        category="美食",
        city="沈阳",
        joined_on=NOON.date(),
        followers=12_000,
    )
    xinren = Creator(
        handle="xinren",
        nickname="新人",
        category="美妆",
        city="大连",
        joined_on=date(2022, 1, 1),
        followers=5,
    )
    with database.writing() as session:
        session.add_all([laotie, xinren])
    database.close()


def serve_scripted(home: str, port: int) -> None:
    """Serve a platform without a demo, whose agent says what the tests expect; runs in the server's process."""
    settings = settings_at(Path(home))
    app = ScriptedApp(
        settings, open_database(settings.resolved_database_url, files=settings.home), lambda: NOON
    )
    clause = Citation("guanghe-plan", "2.1", "光合计划规则", "粉丝数达到 10,000 人。\n近 30 日有原创。")
    hostile = Citation(HOSTILE, "9", HOSTILE, HOSTILE)
    app.agent.answers.update(
        {
            "规则": Outbound(
                text="要 1 万粉丝。\n下一步：实名。",
                citations=(clause,),
                buttons=(Button("能报吗", "我能报吗"),),
            ),
            HOSTILE: Outbound(text=HOSTILE, citations=(hostile,), buttons=(Button(HOSTILE, HOSTILE),)),
            "曲线": Outbound(
                text="这是曲线。", attachments=(Attachment("image", str(Path(home) / "curve.svg")),)
            ),
            "图表": Outbound(text="看图。", charts=(CHART, CITIES)),
            "工单": Outbound(text="已经转给人工。", case="C000009"),
        }
    )
    app.agent.failures["坏"].append(RuntimeError("a secret of the server"))
    thought = app.agent.hold("想一想")
    threading.Thread(target=_let_go, args=(Path(home) / THOUGHT, thought), daemon=True).start()
    serve_pages(app, host="127.0.0.1", port=port)


def _let_go(pipe: Path, thought: threading.Event) -> None:
    """End the thinking once the test has written into the pipe."""
    pipe.read_text()
    thought.set()


def settings_at(home: Path) -> Settings:
    """Return the settings of this home, whatever the machine's own are."""
    given: dict[str, Any] = {"_env_file": None, "home": home, "upload_limit_mb": 2}
    return Settings(**given)


@contextmanager
def served(home: Path, *command: str) -> Generator[str]:
    """Run a server command with `{port}` filled in; yield its address; it ends by SIGTERM without an error."""
    port = _free_port()
    log = home / "server.log"
    with log.open("w") as output:
        process = subprocess.Popen(
            [sys.executable, *(part.format(port=port) for part in command)],
            cwd=home,
            env=environment(home),
            stdout=output,
            stderr=subprocess.STDOUT,
        )
        try:
            _wait_until_healthy(process, f"http://127.0.0.1:{port}", log)
            yield f"http://127.0.0.1:{port}"
        finally:
            process.send_signal(signal.SIGTERM)
            process.wait(PATIENCE_SECONDS)


@contextmanager
def chromium() -> Generator[Browser]:
    """Yield a headless browser with a fresh profile; without one the test is skipped, in CI it fails."""
    path = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
    if path is None:
        reason = "no Chromium on this machine: apt-get install chromium fonts-noto-cjk"
        if os.environ.get("CI"):
            pytest.fail(reason)
        pytest.skip(reason)
    # Playwright's own five seconds are less than a busy machine may take.
    expect.set_options(timeout=PATIENCE_SECONDS * 1000)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path, args=list(_SWITCHES))
        yield browser
        browser.close()


class Visit:
    """A person with a browser of their own; what the page asks for from elsewhere is written down."""

    def __init__(
        self, browser: Browser, address: str, *, width: int = 1280, dark: bool = False, path: str = ""
    ) -> None:
        self.context: BrowserContext = browser.new_context(
            viewport={"width": width, "height": 800},
            locale="zh-CN",
            color_scheme="dark" if dark else "light",
        )
        self.context.set_default_timeout(PATIENCE_SECONDS * 1000)
        self.address = address
        self.requests: list[str] = []
        self.context.on("request", self._asked)
        self.page = self._tab(path) if path else self.new_tab()
        self._heard = 0

    def new_tab(self) -> Page:
        """Open the messenger in another tab and return it once it has greeted."""
        page = self._tab("")
        page.get_by_role("log").locator(".turn").first.wait_for()
        return page

    def _tab(self, path: str) -> Page:
        page = self.context.new_page()
        page.on("websocket", self._connected)
        page.goto(f"{self.address}{path}")
        return page

    def say(self, text: str) -> None:
        """Type a message and press Enter."""
        self._heard = self._answers.count()
        field = self.page.get_by_label("输入消息")
        field.fill(text)
        field.press("Enter")

    def say_to_agent(self, text: str) -> None:
        """Type a message that a support agent will answer."""
        field = self.page.get_by_label("输入消息")
        field.fill(text)
        field.press("Enter")
        self.page.locator(".note", has_text="客服会在这里回复你").last.wait_for()

    def attach(self, name: str, content: bytes, *, media_type: str = "") -> None:
        """Choose a file and wait until it has gone up."""
        before = self.page.locator(".tray li").count()
        chosen: FilePayload = {"name": name, "mimeType": media_type, "buffer": content}
        self._heard = self._answers.count()
        self.page.locator(".chooser").set_input_files(chosen)
        self.page.locator(".tray li", has_text="已上传").nth(before).wait_for()

    def hear(self, text: str) -> Locator:
        """Return the answer with these words once it is there, newer than the last thing said, and nobody types."""
        self._answers.nth(self._heard).wait_for(state="attached")
        answer = self._answers.filter(has_text=text).last
        answer.wait_for()
        self.page.get_by_role("status").wait_for(state="detached")
        return answer

    def press(self, label: str) -> None:
        """Press the last button with this label."""
        self.page.get_by_role("button", name=label, exact=True).last.click()

    def link(self, store: Database, *, handle: str = "laotie") -> None:
        """Link this creator's account by a code, typed in small letters."""
        with store.writing() as session:
            account = creators.find_account(session, handle=handle)
            assert account
            code = creators.issue_link_code(session, creator_id=account.id, now=NOON)
        self.press("账号绑定")
        self.page.get_by_label("绑定码").fill(code.lower())
        self.press("绑定")
        self.hear("绑定成功")

    def lines(self) -> list[str]:
        """Return the words of every visible bubble, in order."""
        return [
            words.inner_text() for words in self.page.locator(".bubble > .words").all() if words.is_visible()
        ]

    def elsewhere(self) -> list[str]:
        """Return the requests that went to any other machine than this one."""
        return [url for url in self.requests if urlsplit(url).hostname != "127.0.0.1"]

    @property
    def _answers(self) -> Locator:
        return self.page.locator(".log .turn:not(.mine)")

    def _asked(self, request: Request) -> None:
        if not request.url.startswith(("data:", "blob:")):
            self.requests.append(request.url)

    def _connected(self, socket: WebSocket) -> None:
        self.requests.append(socket.url)


def environment(home: Path) -> dict[str, str]:
    """Return a server's environment: this home, none of our own settings, no trace of pytest."""
    ours = ("GUANGHE_", "PYTEST_", "NICEGUI_")
    kept = {name: value for name, value in os.environ.items() if not name.startswith(ours)}
    return {**kept, "GUANGHE_HOME": str(home), "PYTHONPATH": str(ROOT)}


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
    return port


def _wait_until_healthy(process: subprocess.Popen[bytes], address: str, log: Path) -> None:
    for _ in range(PATIENCE_SECONDS * 10):
        try:
            with urllib.request.urlopen(f"{address}/health") as answer:  # noqa: S310 - a loopback address of our own
                assert answer.status == 200
                return
        except urllib.error.URLError:
            try:
                process.wait(0.1)
            except subprocess.TimeoutExpired:
                continue
            pytest.fail(f"the server ended: {log.read_text()}")
    pytest.fail(f"the server does not answer: {log.read_text()}")
