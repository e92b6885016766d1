"""What the assistant can do about programmes and money."""

from tools.payout import (
    drama_tool,
    earnings_tool,
    live_tool,
    programs_tool,
    star_tool,
    tasks_tool,
    traffic_tool,
)

TOOLS = (
    programs_tool.TOOL,
    tasks_tool.TOOL,
    live_tool.TOOL,
    traffic_tool.TOOL,
    earnings_tool.TOOL,
    star_tool.TOOL,
    drama_tool.TOOL,
)
