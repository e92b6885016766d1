"""What the assistant can do about originals."""

from tools.detection import report_tool, status_tool

TOOLS = (report_tool.TOOL, status_tool.TOOL)
