"""The whole schema: importing every room's tables fills the one metadata that migrations and tests use."""

from tools.creators import models as creators
from tools.detection import models as detection
from tools.kernel import models as kernel
from tools.kernel.db import Base
from tools.payout import drama_models as drama
from tools.payout import models as payout
from tools.payout import star_models as star
from tools.support import models as support

# Importing a module declares its tables; naming them here keeps the imports.
ROOMS_WITH_TABLES = (kernel, creators, payout, drama, star, detection, support)
metadata = Base.metadata
