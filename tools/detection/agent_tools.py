"""What the assistant can do about originals."""

from tools.detection import appeal_tool, report_tool, status_tool
from tools.detection.migration import tool as migration_tool

TOOLS = (report_tool.TOOL, status_tool.TOOL, appeal_tool.TOOL, migration_tool.TOOL)
