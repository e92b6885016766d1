"""The agent's door to activities and notices."""

from tools.notices.tool import TOOL

TOOLS = (TOOL,)
