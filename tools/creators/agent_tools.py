"""What the agent may do with creators: one tool a part, a line each."""

from tools.creators.curves import tool as curves
from tools.creators.detectors import tool as detectors
from tools.creators.formulas import tool as formulas
from tools.creators.growth import tool as growth
from tools.creators.inspiration import tool as inspiration
from tools.creators.leaderboards import tool as leaderboards
from tools.creators.trends import tool as trends

TOOLS = (
    detectors.TOOL,
    curves.TOOL,
    formulas.TOOL,
    leaderboards.TOOL,
    trends.TOOL,
    growth.TOOL,
    inspiration.TOOL,
)
