"""The whole schema: importing every room's tables fills the one metadata that migrations and tests use."""

from tools.commerce.courses import models as courses
from tools.commerce.goods import models as goods
from tools.commerce.orders import models as orders
from tools.creators import models as creators
from tools.creators.curves import models as curves
from tools.creators.detectors import models as detectors
from tools.creators.formulas import models as formulas
from tools.creators.growth import models as growth
from tools.creators.inspiration import models as inspiration
from tools.creators.leaderboards import models as leaderboards
from tools.creators.trends import models as trends
from tools.detection import models as detection
from tools.detection import report_models as detection_reports
from tools.detection.migration import models as detection_migration
from tools.detection.videos import models as detection_videos
from tools.kernel import case_request_models as case_requests
from tools.kernel import model_use_models as model_use
from tools.kernel import models as kernel
from tools.kernel import task_request_models as task_requests
from tools.kernel.db import Base
from tools.notices import models as notices
from tools.payout import drama_models as drama
from tools.payout import models as payout
from tools.payout import notice_models as payout_notices
from tools.payout import star_models as star
from tools.policies import models as policies
from tools.precheck import models as precheck
from tools.support import agent_models as support_agents
from tools.support import case_models as support_cases
from tools.support import models as support
from tools.support.api import models as support_api
from tools.support.deliveries import models as support_deliveries
from tools.support.mirror import models as support_mirror
from tools.support.turns import models as support_turns

# Importing a module declares its tables; naming them here keeps the imports.
ROOMS_WITH_TABLES = (
    kernel,
    model_use,
    task_requests,
    case_requests,
    creators,
    formulas,
    curves,
    detectors,
    leaderboards,
    trends,
    growth,
    inspiration,
    notices,
    payout,
    payout_notices,
    drama,
    star,
    detection,
    detection_reports,
    detection_migration,
    detection_videos,
    policies,
    precheck,
    orders,
    goods,
    courses,
    support_agents,
    support_cases,
    support,
    support_api,
    support_turns,
    support_deliveries,
    support_mirror,
)
metadata = Base.metadata
