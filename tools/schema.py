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
from tools.kernel import models as kernel
from tools.kernel import notice_outbox_models as notice_outbox
from tools.kernel import task_request_models as task_requests
from tools.kernel.db import Base
from tools.payout import drama_models as drama
from tools.payout import models as payout
from tools.payout import star_models as star
from tools.policies import models as policies
from tools.precheck import models as precheck
from tools.support import models as support

# Importing a module declares its tables; naming them here keeps the imports.
ROOMS_WITH_TABLES = (
    kernel,
    notice_outbox,
    task_requests,
    creators,
    formulas,
    curves,
    detectors,
    leaderboards,
    trends,
    growth,
    inspiration,
    payout,
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
    support,
)
metadata = Base.metadata
