"""A message that only points at the files that came with it: 这条能发吗."""

import re

from bot.agent.local.decision import Decision
from bot.agent.local.normalise import Said
from bot.agent.local.questions import is_vague
from bot.agent.local.scene import Scene, calling
from bot.agent.local.slots import arguments

# What any model is told when the creator has sent files (bot/agent/agent.py).
FILES_NOTE = "创作者发来的文件："

_TO_PUBLISH = re.compile(r"发|检|过审|违规|能用|用吗|行吗|行不行")


def of_sent_files(scene: Scene, said: Said) -> Decision | None:
    """Return the check of the files when the words ask whether they may be published, and name nothing else."""
    if not scene.files or not is_vague(said.text) or not _TO_PUBLISH.search(said.text):
        return None
    tool = next(
        (one for one in scene.mind.tools if any(each.name == "draft" for each in arguments(one.run))), None
    )
    return calling(tool, {}) if tool else None
