"""What the assistant can do about programmes and money."""

from tools.payout import earnings_tool, programs_tool

TOOLS = (programs_tool.TOOL, earnings_tool.TOOL)
