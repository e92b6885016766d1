"""The first schema."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0001"
down_revision = None


def upgrade() -> None:
    op.create_table(
        "activity",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("key", sa.String(length=40), nullable=False),
        sa.Column("title", sa.String(length=60), nullable=False),
        sa.Column("category", sa.String(length=20), nullable=True),
        sa.Column("about", sa.String(length=400), nullable=False),
        sa.Column("reward", sa.String(length=200), nullable=False),
        sa.Column("policy", sa.String(length=60), nullable=True),
        sa.Column("clause", sa.String(length=20), nullable=True),
        sa.Column("audience", sa.Text(), nullable=False),
        sa.Column("starts_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ends_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("sign_up_by", sa.DateTime(timezone=True), nullable=False),
        sa.Column("imported_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("sign_up_by <= ends_at", name=op.f("ck_activity_sign_up")),
        sa.CheckConstraint("starts_at < ends_at", name=op.f("ck_activity_lasts")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_activity")),
        sa.UniqueConstraint("key", name=op.f("uq_activity_key")),
        sa.UniqueConstraint("title", name=op.f("uq_activity_title")),
        sqlite_autoincrement=True,
    )
    with op.batch_alter_table("activity", schema=None) as batch_op:
        batch_op.create_index("ix_activity_ends_at", ["ends_at"], unique=False)

    op.create_table(
        "agent_link_try",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("user", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("tried_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_agent_link_try")),
        sqlite_autoincrement=True,
    )
    with op.batch_alter_table("agent_link_try", schema=None) as batch_op:
        batch_op.create_index("ix_agent_link_try_user", ["user", "tried_at"], unique=False)

    op.create_table(
        "board_place",
        sa.Column(
            "board_id",
            sa.BigInteger().with_variant(sa.Integer(), "sqlite"),
            autoincrement=False,
            nullable=False,
        ),
        sa.Column(
            "place", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), autoincrement=False, nullable=False
        ),
        sa.Column("rank", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("creator_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("value", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.PrimaryKeyConstraint("board_id", "place", name=op.f("pk_board_place")),
        sa.UniqueConstraint("board_id", "creator_id", name=op.f("uq_board_place_board_id_creator_id")),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "board_snapshot",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("measure", sa.String(length=16), nullable=False),
        sa.Column("span", sa.String(length=8), nullable=False),
        sa.Column("starts_on", sa.Date(), nullable=False),
        sa.Column("ends_on", sa.Date(), nullable=False),
        sa.Column("begun_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("published_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("retired_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint("span IN ('day', 'week', 'month')", name=op.f("ck_board_snapshot_span")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_board_snapshot")),
        sqlite_autoincrement=True,
    )
    with op.batch_alter_table("board_snapshot", schema=None) as batch_op:
        batch_op.create_index(
            "ix_board_snapshot_measure_span_starts_on", ["measure", "span", "starts_on"], unique=False
        )

    op.create_table(
        "brand_brief",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("key", sa.String(length=20), nullable=False),
        sa.Column("brand", sa.String(length=40), nullable=False),
        sa.Column("title", sa.String(length=80), nullable=False),
        sa.Column("wants", sa.String(length=400), nullable=False),
        sa.Column("category", sa.String(length=20), nullable=True),
        sa.Column("audience", sa.String(length=600), nullable=False),
        sa.Column("kind", sa.String(length=6), nullable=False),
        sa.Column("budget_fen", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("price_fen", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("ceiling_fen", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("deadline", sa.Date(), nullable=False),
        sa.Column("forbidden", sa.JSON().with_variant(postgresql.JSONB(), "postgresql"), nullable=False),
        sa.Column("imported_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("closed_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint("kind IN ('fixed', 'bid', 'effect')", name=op.f("ck_brand_brief_kind")),
        sa.CheckConstraint(
            "price_fen > 0 AND ceiling_fen > 0 AND budget_fen >= ceiling_fen",
            name=op.f("ck_brand_brief_amounts"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_brand_brief")),
        sa.UniqueConstraint("key", name=op.f("uq_brand_brief_key")),
        sqlite_autoincrement=True,
    )
    with op.batch_alter_table("brand_brief", schema=None) as batch_op:
        batch_op.create_index("ix_brand_brief_open", ["closed_at", "deadline"], unique=False)

    op.create_table(
        "canned_reply",
        sa.Column("key", sa.String(length=40), nullable=False),
        sa.Column("title", sa.String(length=80), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("skill", sa.String(length=10), nullable=True),
        sa.PrimaryKeyConstraint("key", name=op.f("pk_canned_reply")),
    )
    op.create_table(
        "coupon_watermark",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("transfer_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.CheckConstraint("id = 1", name=op.f("ck_coupon_watermark_one_row")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_coupon_watermark")),
        sqlite_autoincrement=True,
    )
    op.create_table(
        "creator",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("handle", sa.String(length=40), nullable=False),
        sa.Column("nickname", sa.String(length=40), nullable=False),
        sa.Column("category", sa.String(length=20), nullable=False),
        sa.Column("city", sa.String(length=20), nullable=False),
        sa.Column("joined_on", sa.Date(), nullable=False),
        sa.Column("followers", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("real_name_verified", sa.Boolean(), nullable=False),
        sa.Column("shop_opened_on", sa.Date(), nullable=True),
        sa.Column(
            "shop_score_hundredths", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True
        ),
        sa.Column("agency", sa.String(length=40), nullable=True),
        sa.CheckConstraint("followers >= 0", name=op.f("ck_creator_followers")),
        sa.CheckConstraint("shop_score_hundredths BETWEEN 0 AND 500", name=op.f("ck_creator_shop_score")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_creator")),
        sa.UniqueConstraint("handle", name=op.f("uq_creator_handle")),
        sqlite_autoincrement=True,
    )
    with op.batch_alter_table("creator", schema=None) as batch_op:
        batch_op.create_index("ix_creator_category_followers", ["category", "followers"], unique=False)
        batch_op.create_index(batch_op.f("ix_creator_followers"), ["followers"], unique=False)
        batch_op.create_index(batch_op.f("ix_creator_nickname"), ["nickname"], unique=False)

    op.create_table(
        "curve_source",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("name", sa.String(length=120), nullable=False),
        sa.Column("fingerprint", sa.String(length=64), nullable=False),
        sa.Column("parts_done", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("rows", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_curve_source")),
        sa.UniqueConstraint("name", name=op.f("uq_curve_source_name")),
        sqlite_autoincrement=True,
    )
    op.create_table(
        "demo_day",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_demo_day")),
        sqlite_autoincrement=True,
    )
    op.create_table(
        "detection_scan",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("originals", sa.JSON().with_variant(postgresql.JSONB(), "postgresql"), nullable=True),
        sa.Column("requested_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_detection_scan")),
        sqlite_autoincrement=True,
    )
    op.create_table(
        "follower_block",
        sa.Column(
            "creator_id",
            sa.BigInteger().with_variant(sa.Integer(), "sqlite"),
            autoincrement=False,
            nullable=False,
        ),
        sa.Column(
            "follower_id",
            sa.BigInteger().with_variant(sa.Integer(), "sqlite"),
            autoincrement=False,
            nullable=False,
        ),
        sa.PrimaryKeyConstraint("creator_id", "follower_id", name=op.f("pk_follower_block")),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "follower_edge",
        sa.Column(
            "creator_id",
            sa.BigInteger().with_variant(sa.Integer(), "sqlite"),
            autoincrement=False,
            nullable=False,
        ),
        sa.Column(
            "follower_id",
            sa.BigInteger().with_variant(sa.Integer(), "sqlite"),
            autoincrement=False,
            nullable=False,
        ),
        sa.Column("followed_on", sa.Date(), nullable=False),
        sa.Column("migration_id", sa.Integer(), nullable=True),
        sa.PrimaryKeyConstraint("creator_id", "follower_id", name=op.f("pk_follower_edge")),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "follower_move",
        sa.Column("migration_id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("step", sa.SmallInteger(), autoincrement=False, nullable=False),
        sa.Column(
            "follower_id",
            sa.BigInteger().with_variant(sa.Integer(), "sqlite"),
            autoincrement=False,
            nullable=False,
        ),
        sa.Column("outcome", sa.SmallInteger(), nullable=False),
        sa.CheckConstraint("outcome BETWEEN 1 AND 13", name=op.f("ck_follower_move_outcome")),
        sa.CheckConstraint("step IN (0, 1)", name=op.f("ck_follower_move_step")),
        sa.PrimaryKeyConstraint("migration_id", "step", "follower_id", name=op.f("pk_follower_move")),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "growth_factor",
        sa.Column("category", sa.String(length=20), nullable=False),
        sa.Column("stage", sa.String(length=12), nullable=False),
        sa.Column("factor", sa.String(length=30), nullable=False),
        sa.Column("counted_on", sa.Date(), nullable=False),
        sa.Column("leavers", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("leaver_total", sa.Double(), nullable=False),
        sa.Column("leaver_squares", sa.Double(), nullable=False),
        sa.Column("stayers", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("stayer_total", sa.Double(), nullable=False),
        sa.Column("stayer_squares", sa.Double(), nullable=False),
        sa.CheckConstraint("leavers >= 0 AND stayers >= 0", name=op.f("ck_growth_factor_counts")),
        sa.PrimaryKeyConstraint("category", "stage", "factor", name=op.f("pk_growth_factor")),
    )
    op.create_table(
        "inactive_viewer",
        sa.Column(
            "follower_id",
            sa.BigInteger().with_variant(sa.Integer(), "sqlite"),
            autoincrement=False,
            nullable=False,
        ),
        sa.Column("reason", sa.String(length=8), nullable=False),
        sa.CheckConstraint("reason IN ('closed', 'abnormal')", name=op.f("ck_inactive_viewer_reason")),
        sa.PrimaryKeyConstraint("follower_id", name=op.f("pk_inactive_viewer")),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "inbox_update",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("channel", sa.String(length=12), nullable=False),
        sa.Column("update_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("lane", sa.String(length=64), nullable=False),
        sa.Column("body", sa.JSON().with_variant(postgresql.JSONB(), "postgresql"), nullable=False),
        sa.Column("received_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("finished_at", sa.DateTime(timezone=True), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_inbox_update")),
        sa.UniqueConstraint("channel", "update_id", name=op.f("uq_inbox_update_channel_update_id")),
        sqlite_autoincrement=True,
    )
    with op.batch_alter_table("inbox_update", schema=None) as batch_op:
        batch_op.create_index("ix_inbox_update_open", ["channel", "finished_at", "lane"], unique=False)

    op.create_table(
        "job_worker",
        sa.Column("id", sa.String(length=40), nullable=False),
        sa.Column("place", sa.String(length=120), nullable=False),
        sa.Column("process", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("seen_second", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_job_worker")),
    )
    op.create_table(
        "ledger_account",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("owner_kind", sa.String(length=10), nullable=False),
        sa.Column("owner", sa.String(length=60), nullable=False),
        sa.Column("asset", sa.String(length=8), nullable=False),
        sa.Column(
            "balance",
            sa.BigInteger().with_variant(sa.Integer(), "sqlite"),
            server_default="0",
            nullable=False,
        ),
        sa.Column(
            "reserved",
            sa.BigInteger().with_variant(sa.Integer(), "sqlite"),
            server_default="0",
            nullable=False,
        ),
        sa.CheckConstraint("asset IN ('cash', 'traffic')", name=op.f("ck_ledger_account_asset")),
        sa.CheckConstraint(
            "owner_kind IN ('external', 'budget', 'slice', 'unsettled', 'creator')",
            name=op.f("ck_ledger_account_owner_kind"),
        ),
        sa.CheckConstraint(
            "reserved >= 0 AND (owner_kind = 'external' OR balance >= reserved)",
            name=op.f("ck_ledger_account_balance"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_ledger_account")),
        sa.UniqueConstraint("id", "asset", name=op.f("uq_ledger_account_id_asset")),
        sa.UniqueConstraint(
            "owner_kind", "owner", "asset", name=op.f("uq_ledger_account_owner_kind_owner_asset")
        ),
        postgresql_with={"fillfactor": 70},
        sqlite_autoincrement=True,
    )
    op.create_table(
        "link_attempt",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("channel", sa.String(length=12), nullable=False),
        sa.Column("address", sa.String(length=64), nullable=False),
        sa.Column("tried_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_link_attempt")),
        sqlite_autoincrement=True,
    )
    with op.batch_alter_table("link_attempt", schema=None) as batch_op:
        batch_op.create_index(
            "ix_link_attempt_channel_address_tried_at", ["channel", "address", "tried_at"], unique=False
        )

    op.create_table(
        "mirror_cursor",
        sa.Column("chat", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("message_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("event_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("change_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.PrimaryKeyConstraint("chat", name=op.f("pk_mirror_cursor")),
        sqlite_autoincrement=True,
    )
    op.create_table(
        "model_use",
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column(
            "owner", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), autoincrement=False, nullable=False
        ),
        sa.Column("calls", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("input_tokens", sa.BigInteger(), nullable=False),
        sa.Column("output_tokens", sa.BigInteger(), nullable=False),
        sa.CheckConstraint(
            "calls > 0 AND input_tokens >= 0 AND output_tokens >= 0", name=op.f("ck_model_use_counts")
        ),
        sa.PrimaryKeyConstraint("day", "owner", name=op.f("pk_model_use")),
    )
    op.create_table(
        "platform_token",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("name", sa.String(length=40), nullable=False),
        sa.Column("token_hash", sa.String(length=64), nullable=False),
        sa.Column("scopes", sa.String(length=80), nullable=False),
        sa.Column("rate_per_minute", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("revoked_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint("rate_per_minute > 0", name=op.f("ck_platform_token_rate_per_minute")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_platform_token")),
        sa.UniqueConstraint("name", name=op.f("uq_platform_token_name")),
        sa.UniqueConstraint("token_hash", name=op.f("uq_platform_token_token_hash")),
        sqlite_autoincrement=True,
    )
    op.create_table(
        "product",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("code", sa.String(length=24), nullable=False),
        sa.Column("title", sa.String(length=60), nullable=False),
        sa.Column("category", sa.String(length=12), nullable=False),
        sa.Column("supplier", sa.String(length=40), nullable=False),
        sa.Column("ships_from", sa.String(length=20), nullable=False),
        sa.Column("price_fen", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("commission_bp", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("stock", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("samples", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("refund_bp", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("women_bp", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("parents_bp", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("young_bp", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("months", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("state", sa.String(length=8), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("state IN ('on_sale', 'delisted')", name=op.f("ck_product_state")),
        sa.CheckConstraint(
            "price_fen > 0 AND commission_bp BETWEEN 0 AND 9000", name=op.f("ck_product_price")
        ),
        sa.CheckConstraint(
            "refund_bp BETWEEN 0 AND 10000 AND months BETWEEN 0 AND 4095", name=op.f("ck_product_refund")
        ),
        sa.CheckConstraint("stock >= 0 AND samples >= 0", name=op.f("ck_product_stock")),
        sa.CheckConstraint(
            "women_bp BETWEEN 0 AND 10000 AND parents_bp BETWEEN 0 AND 10000 AND young_bp BETWEEN 0 AND 10000",
            name=op.f("ck_product_buyers"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_product")),
        sa.UniqueConstraint("code", name=op.f("uq_product_code")),
        sqlite_autoincrement=True,
    )
    op.create_table(
        "ranking_fit",
        sa.Column("learned_on", sa.Date(), nullable=False),
        sa.Column("examples", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("weights", sa.JSON().with_variant(postgresql.JSONB(), "postgresql"), nullable=False),
        sa.PrimaryKeyConstraint("learned_on", name=op.f("pk_ranking_fit")),
    )
    op.create_table(
        "reward_notice_watermark",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("transfer_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.CheckConstraint("id = 1", name=op.f("ck_reward_notice_watermark_one_row")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_reward_notice_watermark")),
        sqlite_autoincrement=True,
    )
    op.create_table(
        "sign_in_try",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("login", sa.String(length=40), nullable=False),
        sa.Column("address", sa.String(length=64), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("succeeded", sa.Boolean(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_sign_in_try")),
        sqlite_autoincrement=True,
    )
    with op.batch_alter_table("sign_in_try", schema=None) as batch_op:
        batch_op.create_index("ix_sign_in_try_address", ["address", "at"], unique=False)
        batch_op.create_index("ix_sign_in_try_at", ["at"], unique=False)
        batch_op.create_index("ix_sign_in_try_login", ["login", "at"], unique=False)

    op.create_table(
        "support_agent",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("login", sa.String(length=40), nullable=False),
        sa.Column("name", sa.String(length=40), nullable=False),
        sa.Column("password_hash", sa.Text(), nullable=False),
        sa.Column("roles", sa.JSON().with_variant(postgresql.JSONB(), "postgresql"), nullable=False),
        sa.Column("skills", sa.JSON().with_variant(postgresql.JSONB(), "postgresql"), nullable=False),
        sa.Column("team", sa.String(length=40), nullable=False),
        sa.Column("added_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("disabled_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("away_since", sa.DateTime(timezone=True), nullable=True),
        sa.Column("last_given_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint("login = lower(login)", name=op.f("ck_support_agent_login")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_support_agent")),
        sa.UniqueConstraint("login", name=op.f("uq_support_agent_login")),
        sqlite_autoincrement=True,
    )
    op.create_table(
        "task_request",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("name", sa.String(length=60), nullable=False),
        sa.Column("key", sa.String(length=200), nullable=False),
        sa.Column("body", sa.JSON().with_variant(postgresql.JSONB(), "postgresql"), nullable=False),
        sa.Column("requested_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("handed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("attempts", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("finished_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("failed", sa.Text(), nullable=True),
        sa.CheckConstraint("attempts >= 0", name=op.f("ck_task_request_attempts")),
        sa.CheckConstraint("failed IS NULL OR finished_at IS NOT NULL", name=op.f("ck_task_request_failed")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_task_request")),
        sa.UniqueConstraint("key", name=op.f("uq_task_request_key")),
        sqlite_autoincrement=True,
    )
    with op.batch_alter_table("task_request", schema=None) as batch_op:
        batch_op.create_index(
            "ix_task_request_not_handed",
            ["id"],
            unique=False,
            sqlite_where=sa.text("handed_at IS NULL"),
            postgresql_where=sa.text("handed_at IS NULL"),
        )
        batch_op.create_index(
            "ix_task_request_unfinished",
            ["id"],
            unique=False,
            sqlite_where=sa.text("finished_at IS NULL"),
            postgresql_where=sa.text("finished_at IS NULL"),
        )

    op.create_table(
        "topic_standing",
        sa.Column("category", sa.String(length=20), nullable=False),
        sa.Column("tier", sa.String(length=10), nullable=False),
        sa.Column("idea", sa.String(length=40), nullable=False),
        sa.Column("counted_on", sa.Date(), nullable=False),
        sa.Column("works", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("plays", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("likes", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("comments", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("shares", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("favourites", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("follows", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.CheckConstraint("works > 0", name=op.f("ck_topic_standing_works")),
        sa.PrimaryKeyConstraint("category", "tier", "idea", name=op.f("pk_topic_standing")),
    )
    op.create_table(
        "trend_day",
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("built_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("day", name=op.f("pk_trend_day")),
    )
    op.create_table(
        "turn_figure",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("channel", sa.String(length=12), nullable=False),
        sa.Column("route", sa.String(length=40), nullable=False),
        sa.Column("kind", sa.String(length=12), nullable=False),
        sa.Column("reason", sa.String(length=60), nullable=False),
        sa.Column("milliseconds", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.CheckConstraint("milliseconds >= 0", name=op.f("ck_turn_figure_milliseconds")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_turn_figure")),
        sqlite_autoincrement=True,
    )
    with op.batch_alter_table("turn_figure", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_turn_figure_at"), ["at"], unique=False)

    op.create_table(
        "unanswered_question",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("key", sa.String(length=64), nullable=False),
        sa.Column("text", sa.String(length=200), nullable=False),
        sa.Column("count", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("best_score", sa.Double(), nullable=False),
        sa.Column("first_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("last_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("best_score BETWEEN 0 AND 1", name=op.f("ck_unanswered_question_best_score")),
        sa.CheckConstraint("count > 0", name=op.f("ck_unanswered_question_count")),
        sa.CheckConstraint("first_at <= last_at", name=op.f("ck_unanswered_question_order")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_unanswered_question")),
        sa.UniqueConstraint("key", name=op.f("uq_unanswered_question_key")),
        sqlite_autoincrement=True,
    )
    with op.batch_alter_table("unanswered_question", schema=None) as batch_op:
        batch_op.create_index("ix_unanswered_question_last_at", ["last_at"], unique=False)

    op.create_table(
        "unreachable_chat",
        sa.Column("channel", sa.String(length=12), nullable=False),
        sa.Column("address", sa.String(length=64), nullable=False),
        sa.Column("since", sa.DateTime(timezone=True), nullable=False),
        sa.Column("reason", sa.String(length=120), nullable=False),
        sa.PrimaryKeyConstraint("channel", "address", name=op.f("pk_unreachable_chat")),
    )
    op.create_table(
        "account_day",
        sa.Column("creator_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("followers", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("new_followers", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("lost_followers", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("profile_views", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("live_seconds", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.CheckConstraint(
            "followers >= 0 AND new_followers >= 0 AND lost_followers >= 0 AND profile_views >= 0",
            name=op.f("ck_account_day_counts"),
        ),
        sa.CheckConstraint("live_seconds BETWEEN 0 AND 86400", name=op.f("ck_account_day_live_seconds")),
        sa.ForeignKeyConstraint(
            ["creator_id"], ["creator.id"], name=op.f("fk_account_day_creator_id_creator")
        ),
        sa.PrimaryKeyConstraint("creator_id", "day", name=op.f("pk_account_day")),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "account_picture",
        sa.Column(
            "creator_id",
            sa.BigInteger().with_variant(sa.Integer(), "sqlite"),
            autoincrement=False,
            nullable=False,
        ),
        sa.Column("avatar_hash", sa.String(length=16), nullable=False),
        sa.ForeignKeyConstraint(
            ["creator_id"], ["creator.id"], name=op.f("fk_account_picture_creator_id_creator")
        ),
        sa.PrimaryKeyConstraint("creator_id", name=op.f("pk_account_picture")),
    )
    op.create_table(
        "activity_entry",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("activity_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("creator_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("signed_up_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("withdrawn_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("result", sa.String(length=200), nullable=True),
        sa.Column("result_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint("(result IS NULL) = (result_at IS NULL)", name=op.f("ck_activity_entry_result")),
        sa.ForeignKeyConstraint(
            ["activity_id"], ["activity.id"], name=op.f("fk_activity_entry_activity_id_activity")
        ),
        sa.ForeignKeyConstraint(
            ["creator_id"], ["creator.id"], name=op.f("fk_activity_entry_creator_id_creator")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_activity_entry")),
        sa.UniqueConstraint(
            "activity_id", "creator_id", name=op.f("uq_activity_entry_activity_id_creator_id")
        ),
        sqlite_autoincrement=True,
    )
    with op.batch_alter_table("activity_entry", schema=None) as batch_op:
        batch_op.create_index("ix_activity_entry_creator_id", ["creator_id"], unique=False)

    op.create_table(
        "activity_reminder",
        sa.Column("creator_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("activity_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("since", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["activity_id"], ["activity.id"], name=op.f("fk_activity_reminder_activity_id_activity")
        ),
        sa.ForeignKeyConstraint(
            ["creator_id"], ["creator.id"], name=op.f("fk_activity_reminder_creator_id_creator")
        ),
        sa.PrimaryKeyConstraint("creator_id", "activity_id", name=op.f("pk_activity_reminder")),
    )
    with op.batch_alter_table("activity_reminder", schema=None) as batch_op:
        batch_op.create_index("ix_activity_reminder_activity_id", ["activity_id", "creator_id"], unique=False)

    op.create_table(
        "agent_link_code",
        sa.Column("code_hash", sa.String(length=64), nullable=False),
        sa.Column("agent_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("used_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["agent_id"], ["support_agent.id"], name=op.f("fk_agent_link_code_agent_id_support_agent")
        ),
        sa.PrimaryKeyConstraint("code_hash", name=op.f("pk_agent_link_code")),
    )
    with op.batch_alter_table("agent_link_code", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_agent_link_code_agent_id"), ["agent_id"], unique=False)

    op.create_table(
        "agent_messenger",
        sa.Column(
            "user", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), autoincrement=False, nullable=False
        ),
        sa.Column("agent_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("linked_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["agent_id"], ["support_agent.id"], name=op.f("fk_agent_messenger_agent_id_support_agent")
        ),
        sa.PrimaryKeyConstraint("user", name=op.f("pk_agent_messenger")),
        sa.UniqueConstraint("agent_id", name=op.f("uq_agent_messenger_agent_id")),
    )
    op.create_table(
        "bank_account",
        sa.Column("creator_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("account", sa.String(length=64), nullable=False),
        sa.Column("words", sa.String(length=60), nullable=False),
        sa.CheckConstraint("account <> '' AND words <> ''", name=op.f("ck_bank_account_named")),
        sa.ForeignKeyConstraint(
            ["creator_id"], ["creator.id"], name=op.f("fk_bank_account_creator_id_creator")
        ),
        sa.PrimaryKeyConstraint("creator_id", name=op.f("pk_bank_account")),
    )
    op.create_table(
        "board",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("snapshot_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("category", sa.String(length=20), nullable=False),
        sa.Column("city", sa.String(length=20), nullable=False),
        sa.Column("size", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.CheckConstraint("size > 0", name=op.f("ck_board_size")),
        sa.ForeignKeyConstraint(
            ["snapshot_id"], ["board_snapshot.id"], name=op.f("fk_board_snapshot_id_board_snapshot")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_board")),
        sa.UniqueConstraint(
            "snapshot_id", "category", "city", name=op.f("uq_board_snapshot_id_category_city")
        ),
        sqlite_autoincrement=True,
    )
    op.create_table(
        "broadcast",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("activity_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("state", sa.String(length=8), nullable=False),
        sa.Column("text", sa.String(length=1000), nullable=False),
        sa.Column("buttons", sa.JSON().with_variant(postgresql.JSONB(), "postgresql"), nullable=False),
        sa.Column("audience", sa.Text(), nullable=False),
        sa.Column("facts_of", sa.Date(), nullable=False),
        sa.Column("members", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("stored", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("reached_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("tries", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("state <> 'done' OR stored = members", name=op.f("ck_broadcast_done")),
        sa.CheckConstraint("state IN ('running', 'paused', 'done')", name=op.f("ck_broadcast_state")),
        sa.CheckConstraint(
            "stored >= 0 AND (members IS NULL OR stored <= members)", name=op.f("ck_broadcast_stored")
        ),
        sa.ForeignKeyConstraint(
            ["activity_id"], ["activity.id"], name=op.f("fk_broadcast_activity_id_activity")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_broadcast")),
        sqlite_autoincrement=True,
    )
    with op.batch_alter_table("broadcast", schema=None) as batch_op:
        batch_op.create_index("ix_broadcast_activity_id", ["activity_id"], unique=False)

    op.create_table(
        "budget",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("account_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("amount", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("starts_on", sa.Date(), nullable=False),
        sa.Column("ends_on", sa.Date(), nullable=True),
        sa.CheckConstraint("amount > 0", name=op.f("ck_budget_amount")),
        sa.CheckConstraint("ends_on IS NULL OR ends_on > starts_on", name=op.f("ck_budget_period")),
        sa.ForeignKeyConstraint(
            ["account_id"], ["ledger_account.id"], name=op.f("fk_budget_account_id_ledger_account")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_budget")),
        sa.UniqueConstraint("account_id", name=op.f("uq_budget_account_id")),
        sqlite_autoincrement=True,
    )
    op.create_table(
        "case_request",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("key", sa.String(length=120), nullable=False),
        sa.Column("creator_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("business", sa.String(length=40), nullable=False),
        sa.Column("reference", sa.String(length=60), nullable=False),
        sa.Column("reason", sa.String(length=200), nullable=False),
        sa.Column("requested_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("opened_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["creator_id"], ["creator.id"], name=op.f("fk_case_request_creator_id_creator")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_case_request")),
        sa.UniqueConstraint("key", name=op.f("uq_case_request_key")),
        sqlite_autoincrement=True,
    )
    with op.batch_alter_table("case_request", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_case_request_creator_id"), ["creator_id"], unique=False)
        batch_op.create_index(
            "ix_case_request_waiting",
            ["id"],
            unique=False,
            sqlite_where=sa.text("opened_at IS NULL"),
            postgresql_where=sa.text("opened_at IS NULL"),
        )

    op.create_table(
        "conversation",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("channel", sa.String(length=12), nullable=False),
        sa.Column("address", sa.String(length=64), nullable=False),
        sa.Column("thread", sa.String(length=64), nullable=False),
        sa.Column("owner", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("creator_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("started_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("epoch", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("fresh_after", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("checkpoint", sa.String(length=64), nullable=True),
        sa.ForeignKeyConstraint(
            ["creator_id"], ["creator.id"], name=op.f("fk_conversation_creator_id_creator")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_conversation")),
        sqlite_autoincrement=True,
    )
    with op.batch_alter_table("conversation", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_conversation_creator_id"), ["creator_id"], unique=False)
        batch_op.create_index("uq_conversation_open", ["channel", "address", "thread", "owner"], unique=True)

    op.create_table(
        "course",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("creator_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("title", sa.String(length=60), nullable=False),
        sa.Column("about", sa.String(length=400), nullable=False),
        sa.Column("state", sa.String(length=10), nullable=False),
        sa.Column("price_fen", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("trial_chapter", sa.Boolean(), nullable=False),
        sa.Column("promised_chapters", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("promised_by", sa.Date(), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("submitted_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("decided_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("repriced_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("reason", sa.String(length=200), nullable=False),
        sa.CheckConstraint(
            "price_fen >= 0 AND (state = 'draft' OR price_fen > 0)", name=op.f("ck_course_price")
        ),
        sa.CheckConstraint("state <> 'rejected' OR reason <> ''", name=op.f("ck_course_reason")),
        sa.CheckConstraint(
            "state IN ('draft', 'reviewing', 'rejected', 'published', 'withdrawn')",
            name=op.f("ck_course_state"),
        ),
        sa.CheckConstraint(
            "(promised_chapters IS NULL) = (promised_by IS NULL)", name=op.f("ck_course_promise")
        ),
        sa.ForeignKeyConstraint(["creator_id"], ["creator.id"], name=op.f("fk_course_creator_id_creator")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_course")),
        sqlite_autoincrement=True,
    )
    with op.batch_alter_table("course", schema=None) as batch_op:
        batch_op.create_index("ix_course_creator_id", ["creator_id"], unique=False)

    op.create_table(
        "creator_income_day",
        sa.Column("creator_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("income_fen", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.CheckConstraint("income_fen >= 0", name=op.f("ck_creator_income_day_income")),
        sa.ForeignKeyConstraint(
            ["creator_id"], ["creator.id"], name=op.f("fk_creator_income_day_creator_id_creator")
        ),
        sa.PrimaryKeyConstraint("creator_id", "day", name=op.f("pk_creator_income_day")),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "creator_token",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("token_hash", sa.String(length=64), nullable=False),
        sa.Column("creator_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("issued_by", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["creator_id"], ["creator.id"], name=op.f("fk_creator_token_creator_id_creator")
        ),
        sa.ForeignKeyConstraint(
            ["issued_by"], ["platform_token.id"], name=op.f("fk_creator_token_issued_by_platform_token")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_creator_token")),
        sa.UniqueConstraint("token_hash", name=op.f("uq_creator_token_token_hash")),
        sqlite_autoincrement=True,
    )
    with op.batch_alter_table("creator_token", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_creator_token_creator_id"), ["creator_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_creator_token_expires_at"), ["expires_at"], unique=False)
        batch_op.create_index(batch_op.f("ix_creator_token_issued_by"), ["issued_by"], unique=False)

    op.create_table(
        "custom_metric",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("creator_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("name", sa.String(length=10), nullable=False),
        sa.Column("name_key", sa.String(length=10), nullable=False),
        sa.Column("formula", sa.String(length=200), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["creator_id"], ["creator.id"], name=op.f("fk_custom_metric_creator_id_creator")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_custom_metric")),
        sa.UniqueConstraint("creator_id", "name_key", name=op.f("uq_custom_metric_creator_id_name_key")),
        sqlite_autoincrement=True,
    )
    op.create_table(
        "desk_session",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("agent_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("token_hash", sa.String(length=64), nullable=False),
        sa.Column("started_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("seen_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("address", sa.String(length=64), nullable=False),
        sa.ForeignKeyConstraint(
            ["agent_id"], ["support_agent.id"], name=op.f("fk_desk_session_agent_id_support_agent")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_desk_session")),
        sa.UniqueConstraint("token_hash", name=op.f("uq_desk_session_token_hash")),
        sqlite_autoincrement=True,
    )
    with op.batch_alter_table("desk_session", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_desk_session_agent_id"), ["agent_id"], unique=False)

    op.create_table(
        "drama_series",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("creator_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("name", sa.String(length=60), nullable=False),
        sa.Column("released_on", sa.Date(), nullable=False),
        sa.ForeignKeyConstraint(
            ["creator_id"], ["creator.id"], name=op.f("fk_drama_series_creator_id_creator")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_drama_series")),
        sa.UniqueConstraint("creator_id", "name", name=op.f("uq_drama_series_creator_id_name")),
        sqlite_autoincrement=True,
    )
    op.create_table(
        "fan_profile",
        sa.Column("creator_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("women_bp", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("parents_bp", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("young_bp", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("counted_on", sa.Date(), nullable=False),
        sa.CheckConstraint(
            "women_bp BETWEEN 0 AND 10000 AND parents_bp BETWEEN 0 AND 10000 AND young_bp BETWEEN 0 AND 10000",
            name=op.f("ck_fan_profile_fans"),
        ),
        sa.ForeignKeyConstraint(
            ["creator_id"], ["creator.id"], name=op.f("fk_fan_profile_creator_id_creator")
        ),
        sa.PrimaryKeyConstraint("creator_id", name=op.f("pk_fan_profile")),
    )
    op.create_table(
        "follower_total",
        sa.Column(
            "creator_id",
            sa.BigInteger().with_variant(sa.Integer(), "sqlite"),
            autoincrement=False,
            nullable=False,
        ),
        sa.Column("followers", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.CheckConstraint("followers >= 0", name=op.f("ck_follower_total_followers")),
        sa.ForeignKeyConstraint(
            ["creator_id"], ["creator.id"], name=op.f("fk_follower_total_creator_id_creator")
        ),
        sa.PrimaryKeyConstraint("creator_id", name=op.f("pk_follower_total")),
    )
    op.create_table(
        "infringement_authorisation",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("owner_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("agent_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("starts_on", sa.Date(), nullable=False),
        sa.Column("ends_on", sa.Date(), nullable=True),
        sa.Column("document", sa.String(length=120), nullable=False),
        sa.CheckConstraint(
            "ends_on IS NULL OR ends_on > starts_on", name=op.f("ck_infringement_authorisation_days")
        ),
        sa.CheckConstraint("owner_id <> agent_id", name=op.f("ck_infringement_authorisation_sides")),
        sa.ForeignKeyConstraint(
            ["agent_id"], ["creator.id"], name=op.f("fk_infringement_authorisation_agent_id_creator")
        ),
        sa.ForeignKeyConstraint(
            ["owner_id"], ["creator.id"], name=op.f("fk_infringement_authorisation_owner_id_creator")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_infringement_authorisation")),
        sqlite_autoincrement=True,
    )
    with op.batch_alter_table("infringement_authorisation", schema=None) as batch_op:
        batch_op.create_index("ix_infringement_authorisation_agent_id", ["agent_id"], unique=False)

    op.create_table(
        "infringement_choice",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("creator_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("choice", sa.String(length=8), nullable=False),
        sa.Column("chosen_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint(
            "choice IN ('block', 'limit', 'pay', 'track')", name=op.f("ck_infringement_choice_choice")
        ),
        sa.ForeignKeyConstraint(
            ["creator_id"], ["creator.id"], name=op.f("fk_infringement_choice_creator_id_creator")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_infringement_choice")),
        sqlite_autoincrement=True,
    )
    with op.batch_alter_table("infringement_choice", schema=None) as batch_op:
        batch_op.create_index("ix_infringement_choice_creator_id", ["creator_id"], unique=False)

    op.create_table(
        "ledger_transfer",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("key", sa.String(length=120), nullable=False),
        sa.Column("fingerprint", sa.String(length=64), nullable=False),
        sa.Column("debit_account_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("credit_account_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("asset", sa.String(length=8), nullable=False),
        sa.Column("amount", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("state", sa.String(length=8), nullable=False),
        sa.Column("purpose", sa.String(length=12), nullable=False),
        sa.Column("program", sa.String(length=31), nullable=True),
        sa.Column("source", sa.String(length=120), nullable=False),
        sa.Column("note", sa.String(length=200), nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("settles_on", sa.Date(), nullable=True),
        sa.Column("rules_from", sa.Date(), nullable=True),
        sa.Column("corrects", sa.String(length=120), nullable=True),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("decided_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint(
            "(purpose = 'reversal') = (corrects IS NOT NULL)", name=op.f("ck_ledger_transfer_corrects")
        ),
        sa.CheckConstraint(
            "(state <> 'pending' OR decided_at IS NULL) AND (state <> 'voided' OR decided_at IS NOT NULL)",
            name=op.f("ck_ledger_transfer_decided"),
        ),
        sa.CheckConstraint(
            "purpose <> 'incentive' OR program IS NOT NULL", name=op.f("ck_ledger_transfer_program")
        ),
        sa.CheckConstraint(
            "purpose IN ('incentive', 'live_gifts', 'goods', 'brand_orders', 'courses', 'funding', 'settlement', 'withdrawal', 'tax', 'lease', 'reversal', 'delivery', 'lapse', 'service_fee', 'refund')",
            name=op.f("ck_ledger_transfer_purpose"),
        ),
        sa.CheckConstraint("state IN ('pending', 'posted', 'voided')", name=op.f("ck_ledger_transfer_state")),
        sa.CheckConstraint("amount > 0", name=op.f("ck_ledger_transfer_amount")),
        sa.CheckConstraint(
            "debit_account_id <> credit_account_id", name=op.f("ck_ledger_transfer_two_accounts")
        ),
        sa.ForeignKeyConstraint(
            ["corrects"], ["ledger_transfer.key"], name=op.f("fk_ledger_transfer_corrects_ledger_transfer")
        ),
        sa.ForeignKeyConstraint(
            ["credit_account_id", "asset"],
            ["ledger_account.id", "ledger_account.asset"],
            name=op.f("fk_ledger_transfer_credit_account_id_asset_ledger_account"),
        ),
        sa.ForeignKeyConstraint(
            ["debit_account_id", "asset"],
            ["ledger_account.id", "ledger_account.asset"],
            name=op.f("fk_ledger_transfer_debit_account_id_asset_ledger_account"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_ledger_transfer")),
        sa.UniqueConstraint("key", name=op.f("uq_ledger_transfer_key")),
        sqlite_autoincrement=True,
    )
    with op.batch_alter_table("ledger_transfer", schema=None) as batch_op:
        batch_op.create_index(
            "ix_ledger_transfer_credit_account_id_day", ["credit_account_id", "day"], unique=False
        )
        batch_op.create_index(
            "ix_ledger_transfer_debit_account_id_day", ["debit_account_id", "day"], unique=False
        )
        batch_op.create_index("ix_ledger_transfer_settles_on", ["settles_on"], unique=False)
        batch_op.create_index(
            "uq_ledger_transfer_corrects",
            ["corrects"],
            unique=True,
            postgresql_where=sa.text("corrects IS NOT NULL"),
            sqlite_where=sa.text("corrects IS NOT NULL"),
        )

    op.create_table(
        "link_code",
        sa.Column("code_hash", sa.String(length=64), nullable=False),
        sa.Column("creator_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("used_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["creator_id"], ["creator.id"], name=op.f("fk_link_code_creator_id_creator")),
        sa.PrimaryKeyConstraint("code_hash", name=op.f("pk_link_code")),
    )
    with op.batch_alter_table("link_code", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_link_code_creator_id"), ["creator_id"], unique=False)

    op.create_table(
        "messenger_link",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("channel", sa.String(length=12), nullable=False),
        sa.Column("address", sa.String(length=64), nullable=False),
        sa.Column("creator_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("linked_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["creator_id"], ["creator.id"], name=op.f("fk_messenger_link_creator_id_creator")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_messenger_link")),
        sa.UniqueConstraint("channel", "address", name=op.f("uq_messenger_link_channel_address")),
        sqlite_autoincrement=True,
    )
    with op.batch_alter_table("messenger_link", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_messenger_link_creator_id"), ["creator_id"], unique=False)

    op.create_table(
        "mirror_topic",
        sa.Column("chat", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("creator_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("thread", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["creator_id"], ["creator.id"], name=op.f("fk_mirror_topic_creator_id_creator")
        ),
        sa.PrimaryKeyConstraint("chat", "creator_id", name=op.f("pk_mirror_topic")),
        sa.UniqueConstraint("chat", "thread", name=op.f("uq_mirror_topic_chat_thread")),
    )
    op.create_table(
        "muted_topic",
        sa.Column("creator_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("topic", sa.String(length=12), nullable=False),
        sa.Column("category", sa.String(length=20), nullable=False),
        sa.Column("since", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["creator_id"], ["creator.id"], name=op.f("fk_muted_topic_creator_id_creator")
        ),
        sa.PrimaryKeyConstraint("creator_id", "topic", "category", name=op.f("pk_muted_topic")),
    )
    op.create_table(
        "notice_times",
        sa.Column("creator_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("quiet_from", sa.Time(), nullable=True),
        sa.Column("quiet_until", sa.Time(), nullable=True),
        sa.Column("digest_at", sa.Time(), nullable=True),
        sa.Column("zone", sa.String(length=40), nullable=False),
        sa.Column("changed_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint(
            "(quiet_from IS NULL) = (quiet_until IS NULL)", name=op.f("ck_notice_times_quiet")
        ),
        sa.CheckConstraint("quiet_from <> quiet_until", name=op.f("ck_notice_times_quiet_ends")),
        sa.ForeignKeyConstraint(
            ["creator_id"], ["creator.id"], name=op.f("fk_notice_times_creator_id_creator")
        ),
        sa.PrimaryKeyConstraint("creator_id", name=op.f("pk_notice_times")),
    )
    op.create_table(
        "payout_hold",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("creator_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("amount_fen", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("reason", sa.String(length=120), nullable=False),
        sa.Column("placed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("released_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint("reason <> ''", name=op.f("ck_payout_hold_reason")),
        sa.CheckConstraint("amount_fen > 0", name=op.f("ck_payout_hold_amount")),
        sa.ForeignKeyConstraint(
            ["creator_id"], ["creator.id"], name=op.f("fk_payout_hold_creator_id_creator")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_payout_hold")),
        sqlite_autoincrement=True,
    )
    with op.batch_alter_table("payout_hold", schema=None) as batch_op:
        batch_op.create_index(
            "ix_payout_hold_creator_id_released_at", ["creator_id", "released_at"], unique=False
        )

    op.create_table(
        "peer_result",
        sa.Column("content_category", sa.String(length=20), nullable=False),
        sa.Column("product_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("orders", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("creators", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("counted_on", sa.Date(), nullable=False),
        sa.CheckConstraint("orders > 0 AND creators > 0", name=op.f("ck_peer_result_counts")),
        sa.ForeignKeyConstraint(
            ["product_id"], ["product.id"], name=op.f("fk_peer_result_product_id_product")
        ),
        sa.PrimaryKeyConstraint("content_category", "product_id", name=op.f("pk_peer_result")),
    )
    op.create_table(
        "pre_publish_check",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("key", sa.String(length=64), nullable=False),
        sa.Column("creator_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("draft", sa.JSON().with_variant(postgresql.JSONB(), "postgresql"), nullable=False),
        sa.Column("rules_version", sa.String(length=80), nullable=False),
        sa.Column("state", sa.String(length=8), nullable=False),
        sa.Column("progress", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("attempt", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("verdict", sa.String(length=5), nullable=True),
        sa.Column("texts", sa.JSON().with_variant(postgresql.JSONB(), "postgresql"), nullable=False),
        sa.Column("media", sa.JSON().with_variant(postgresql.JSONB(), "postgresql"), nullable=False),
        sa.Column("problems", sa.JSON().with_variant(postgresql.JSONB(), "postgresql"), nullable=False),
        sa.Column("asked_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("judged_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint(
            "(state = 'done') = (judged_at IS NOT NULL)", name=op.f("ck_pre_publish_check_judged_at")
        ),
        sa.CheckConstraint(
            "(state = 'done') = (verdict IS NOT NULL)", name=op.f("ck_pre_publish_check_judged")
        ),
        sa.CheckConstraint(
            "state IN ('waiting', 'running', 'done')", name=op.f("ck_pre_publish_check_state")
        ),
        sa.CheckConstraint("verdict IN ('pass', 'warn', 'block')", name=op.f("ck_pre_publish_check_verdict")),
        sa.CheckConstraint("progress BETWEEN 0 AND 100", name=op.f("ck_pre_publish_check_progress")),
        sa.ForeignKeyConstraint(
            ["creator_id"], ["creator.id"], name=op.f("fk_pre_publish_check_creator_id_creator")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_pre_publish_check")),
        sa.UniqueConstraint("key", name=op.f("uq_pre_publish_check_key")),
        sqlite_autoincrement=True,
    )
    with op.batch_alter_table("pre_publish_check", schema=None) as batch_op:
        batch_op.create_index("ix_pre_publish_check_creator", ["creator_id", "asked_at"], unique=False)

    op.create_table(
        "product_day",
        sa.Column("creator_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("product_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("clicks", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.CheckConstraint("clicks >= 0", name=op.f("ck_product_day_clicks")),
        sa.ForeignKeyConstraint(
            ["creator_id"], ["creator.id"], name=op.f("fk_product_day_creator_id_creator")
        ),
        sa.ForeignKeyConstraint(
            ["product_id"], ["product.id"], name=op.f("fk_product_day_product_id_product")
        ),
        sa.PrimaryKeyConstraint("creator_id", "day", "product_id", name=op.f("pk_product_day")),
    )
    op.create_table(
        "product_dislike",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("creator_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("category", sa.String(length=12), nullable=False),
        sa.Column("product_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("undone_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["creator_id"], ["creator.id"], name=op.f("fk_product_dislike_creator_id_creator")
        ),
        sa.ForeignKeyConstraint(
            ["product_id"], ["product.id"], name=op.f("fk_product_dislike_product_id_product")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_product_dislike")),
        sqlite_autoincrement=True,
    )
    with op.batch_alter_table("product_dislike", schema=None) as batch_op:
        batch_op.create_index("ix_product_dislike_creator_id", ["creator_id"], unique=False)

    op.create_table(
        "sale",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("number", sa.String(length=40), nullable=False),
        sa.Column("creator_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("product_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("content_category", sa.String(length=20), nullable=False),
        sa.Column("quantity", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("paid_fen", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("commission_bp", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("commission_fen", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("bought_on", sa.Date(), nullable=False),
        sa.Column("received_on", sa.Date(), nullable=True),
        sa.Column("refunded_on", sa.Date(), nullable=True),
        sa.Column("state", sa.String(length=8), nullable=False),
        sa.Column("ledger_key", sa.String(length=120), nullable=True),
        sa.Column("owed", sa.Boolean(), server_default=sa.text("(false)"), nullable=False),
        sa.CheckConstraint("(state = 'refunded') = (refunded_on IS NOT NULL)", name=op.f("ck_sale_refunded")),
        sa.CheckConstraint("NOT owed OR state = 'refunded'", name=op.f("ck_sale_owed")),
        sa.CheckConstraint("state <> 'received' OR received_on IS NOT NULL", name=op.f("ck_sale_received")),
        sa.CheckConstraint("state IN ('ordered', 'received', 'refunded')", name=op.f("ck_sale_state")),
        sa.CheckConstraint(
            "quantity > 0 AND paid_fen > 0 AND commission_fen >= 0", name=op.f("ck_sale_amounts")
        ),
        sa.ForeignKeyConstraint(["creator_id"], ["creator.id"], name=op.f("fk_sale_creator_id_creator")),
        sa.ForeignKeyConstraint(["product_id"], ["product.id"], name=op.f("fk_sale_product_id_product")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_sale")),
        sa.UniqueConstraint("ledger_key", name=op.f("uq_sale_ledger_key")),
        sa.UniqueConstraint("number", name=op.f("uq_sale_number")),
        sqlite_autoincrement=True,
    )
    with op.batch_alter_table("sale", schema=None) as batch_op:
        batch_op.create_index("ix_sale_bought_on", ["bought_on"], unique=False)
        batch_op.create_index("ix_sale_creator_id_bought_on", ["creator_id", "bought_on"], unique=False)

    op.create_table(
        "sample_request",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("number", sa.String(length=32), nullable=False),
        sa.Column("creator_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("product_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("requested_on", sa.Date(), nullable=False),
        sa.Column("requested_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["creator_id"], ["creator.id"], name=op.f("fk_sample_request_creator_id_creator")
        ),
        sa.ForeignKeyConstraint(
            ["product_id"], ["product.id"], name=op.f("fk_sample_request_product_id_product")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_sample_request")),
        sa.UniqueConstraint("number", name=op.f("uq_sample_request_number")),
        sqlite_autoincrement=True,
    )
    with op.batch_alter_table("sample_request", schema=None) as batch_op:
        batch_op.create_index("ix_sample_request_creator_id", ["creator_id", "requested_on"], unique=False)

    op.create_table(
        "shelf_item",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("creator_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("product_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("added_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("removed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("removed_because", sa.String(length=8), nullable=True),
        sa.CheckConstraint(
            "removed_because IN ('creator', 'delisted')", name=op.f("ck_shelf_item_removed_because")
        ),
        sa.CheckConstraint(
            "(removed_at IS NULL) = (removed_because IS NULL)", name=op.f("ck_shelf_item_removed")
        ),
        sa.ForeignKeyConstraint(
            ["creator_id"], ["creator.id"], name=op.f("fk_shelf_item_creator_id_creator")
        ),
        sa.ForeignKeyConstraint(
            ["product_id"], ["product.id"], name=op.f("fk_shelf_item_product_id_product")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_shelf_item")),
        sqlite_autoincrement=True,
    )
    with op.batch_alter_table("shelf_item", schema=None) as batch_op:
        batch_op.create_index("ix_shelf_item_product_id", ["product_id"], unique=False)
        batch_op.create_index(
            "uq_shelf_item_open",
            ["creator_id", "product_id"],
            unique=True,
            postgresql_where=sa.text("removed_at IS NULL"),
            sqlite_where=sa.text("removed_at IS NULL"),
        )

    op.create_table(
        "specialist",
        sa.Column("creator_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("agent_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("since", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["agent_id"], ["support_agent.id"], name=op.f("fk_specialist_agent_id_support_agent")
        ),
        sa.ForeignKeyConstraint(
            ["creator_id"], ["creator.id"], name=op.f("fk_specialist_creator_id_creator")
        ),
        sa.PrimaryKeyConstraint("creator_id", name=op.f("pk_specialist")),
    )
    with op.batch_alter_table("specialist", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_specialist_agent_id"), ["agent_id"], unique=False)

    op.create_table(
        "star_contract",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("creator_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("agency", sa.String(length=40), nullable=True),
        sa.Column("state", sa.String(length=10), nullable=False),
        sa.Column("applied_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("starts_on", sa.Date(), nullable=True),
        sa.Column("ends_on", sa.Date(), nullable=True),
        sa.Column("floor_fen", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("works_a_month", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column(
            "live_seconds_a_month", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False
        ),
        sa.Column("impressions", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column(
            "outside_impressions", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False
        ),
        sa.Column("planning_sessions", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("specialist", sa.String(length=40), nullable=False),
        sa.CheckConstraint(
            "state IN ('applied', 'screening', 'passed', 'signed', 'running', 'ended', 'rejected')",
            name=op.f("ck_star_contract_state"),
        ),
        sa.CheckConstraint(
            "state NOT IN ('signed', 'running') OR starts_on IS NOT NULL",
            name=op.f("ck_star_contract_signed"),
        ),
        sa.CheckConstraint(
            "(starts_on IS NULL) = (ends_on IS NULL) AND ends_on > starts_on",
            name=op.f("ck_star_contract_term"),
        ),
        sa.CheckConstraint(
            "floor_fen >= 0 AND impressions >= 0 AND outside_impressions >= 0 AND planning_sessions >= 0 AND works_a_month >= 0 AND live_seconds_a_month >= 0",
            name=op.f("ck_star_contract_terms"),
        ),
        sa.ForeignKeyConstraint(
            ["creator_id"], ["creator.id"], name=op.f("fk_star_contract_creator_id_creator")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_star_contract")),
        sqlite_autoincrement=True,
    )
    with op.batch_alter_table("star_contract", schema=None) as batch_op:
        batch_op.create_index("ix_star_contract_creator_id", ["creator_id"], unique=False)
        batch_op.create_index("ix_star_contract_state", ["state"], unique=False)

    op.create_table(
        "support_shift",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("agent_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("weekday", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("starts_minute", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("ends_minute", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.CheckConstraint(
            "0 <= starts_minute AND starts_minute < ends_minute AND ends_minute <= 1440",
            name=op.f("ck_support_shift_minutes"),
        ),
        sa.CheckConstraint("weekday BETWEEN 0 AND 6", name=op.f("ck_support_shift_weekday")),
        sa.ForeignKeyConstraint(
            ["agent_id"], ["support_agent.id"], name=op.f("fk_support_shift_agent_id_support_agent")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_support_shift")),
        sqlite_autoincrement=True,
    )
    with op.batch_alter_table("support_shift", schema=None) as batch_op:
        batch_op.create_index("ix_support_shift_weekday", ["weekday", "agent_id"], unique=False)

    op.create_table(
        "task_claim",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("creator_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("program", sa.String(length=31), nullable=False),
        sa.Column("task", sa.String(length=40), nullable=False),
        sa.Column("name", sa.String(length=200), nullable=False),
        sa.Column("metric", sa.String(length=20), nullable=False),
        sa.Column("goal", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("cash_fen", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("impressions", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("claimed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("starts_on", sa.Date(), nullable=False),
        sa.Column("ends_on", sa.Date(), nullable=False),
        sa.Column("state", sa.String(length=8), nullable=False),
        sa.Column("decided_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint("(state = 'active') = (decided_at IS NULL)", name=op.f("ck_task_claim_decided")),
        sa.CheckConstraint("state IN ('active', 'granted', 'expired')", name=op.f("ck_task_claim_state")),
        sa.CheckConstraint("ends_on > starts_on", name=op.f("ck_task_claim_days")),
        sa.CheckConstraint(
            "goal > 0 AND cash_fen >= 0 AND impressions >= 0", name=op.f("ck_task_claim_amounts")
        ),
        sa.ForeignKeyConstraint(
            ["creator_id"], ["creator.id"], name=op.f("fk_task_claim_creator_id_creator")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_task_claim")),
        sa.UniqueConstraint(
            "creator_id",
            "program",
            "task",
            "starts_on",
            name=op.f("uq_task_claim_creator_id_program_task_starts_on"),
        ),
        sqlite_autoincrement=True,
    )
    with op.batch_alter_table("task_claim", schema=None) as batch_op:
        batch_op.create_index("ix_task_claim_state_id", ["state", "id"], unique=False)
        batch_op.create_index(
            "uq_task_claim_active",
            ["creator_id", "program", "task"],
            unique=True,
            sqlite_where=sa.text("state = 'active'"),
            postgresql_where=sa.text("state = 'active'"),
        )

    op.create_table(
        "trend",
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("kind", sa.String(length=8), nullable=False),
        sa.Column("category", sa.String(length=20), nullable=False),
        sa.Column("name", sa.String(length=60), nullable=False),
        sa.Column("creators", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("creators_before", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("works", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("plays", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("plays_before", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("ratio", sa.Float(), nullable=False),
        sa.Column("low", sa.Float(), nullable=False),
        sa.Column("high", sa.Float(), nullable=False),
        sa.CheckConstraint("kind IN ('topic', 'category', 'format', 'music')", name=op.f("ck_trend_kind")),
        sa.ForeignKeyConstraint(["day"], ["trend_day.day"], name=op.f("fk_trend_day_trend_day")),
        sa.PrimaryKeyConstraint("day", "kind", "category", "name", name=op.f("pk_trend")),
    )
    with op.batch_alter_table("trend", schema=None) as batch_op:
        batch_op.create_index(
            "ix_trend_day_kind_category_low", ["day", "kind", "category", "low"], unique=False
        )

    op.create_table(
        "trend_earning",
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("category", sa.String(length=20), nullable=False),
        sa.Column("creators", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("earning", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column(
            "fen_per_thousand_plays", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False
        ),
        sa.ForeignKeyConstraint(["day"], ["trend_day.day"], name=op.f("fk_trend_earning_day_trend_day")),
        sa.PrimaryKeyConstraint("day", "category", name=op.f("pk_trend_earning")),
    )
    op.create_table(
        "trend_factor",
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("category", sa.String(length=20), nullable=False),
        sa.Column("tier", sa.String(length=12), nullable=False),
        sa.Column("factor", sa.String(length=20), nullable=False),
        sa.Column("cohort", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("top", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("delta", sa.Float(), nullable=False),
        sa.Column("low", sa.Float(), nullable=False),
        sa.Column("high", sa.Float(), nullable=False),
        sa.Column("top_median", sa.Float(), nullable=False),
        sa.Column("rest_median", sa.Float(), nullable=False),
        sa.ForeignKeyConstraint(["day"], ["trend_day.day"], name=op.f("fk_trend_factor_day_trend_day")),
        sa.PrimaryKeyConstraint("day", "category", "tier", "factor", name=op.f("pk_trend_factor")),
    )
    op.create_table(
        "withdrawal",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("creator_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("amount_fen", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("tax_fen", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("destination", sa.String(length=60), nullable=False),
        sa.Column("account", sa.String(length=64), nullable=False),
        sa.Column("state", sa.String(length=10), nullable=False),
        sa.Column("requested_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("sent_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("paid_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("returned_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("cancelled_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("reason", sa.String(length=120), nullable=False),
        sa.CheckConstraint(
            "(state = 'cancelled') = (cancelled_at IS NOT NULL)", name=op.f("ck_withdrawal_cancelled")
        ),
        sa.CheckConstraint(
            "(state = 'paid') = (paid_at IS NOT NULL) AND paid_at >= requested_at",
            name=op.f("ck_withdrawal_paid"),
        ),
        sa.CheckConstraint(
            "(state = 'returned') = (returned_at IS NOT NULL)", name=op.f("ck_withdrawal_returned")
        ),
        sa.CheckConstraint(
            "state <> 'cancelled' OR sent_at IS NULL", name=op.f("ck_withdrawal_cancelled_unsent")
        ),
        sa.CheckConstraint(
            "state IN ('requested', 'sent', 'paid', 'returned', 'cancelled')",
            name=op.f("ck_withdrawal_state"),
        ),
        sa.CheckConstraint("amount_fen > 0", name=op.f("ck_withdrawal_amount")),
        sa.CheckConstraint("tax_fen >= 0 AND tax_fen < amount_fen", name=op.f("ck_withdrawal_tax")),
        sa.ForeignKeyConstraint(
            ["creator_id"], ["creator.id"], name=op.f("fk_withdrawal_creator_id_creator")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_withdrawal")),
        sa.UniqueConstraint("creator_id", "requested_at", name=op.f("uq_withdrawal_creator_id_requested_at")),
        sqlite_autoincrement=True,
    )
    with op.batch_alter_table("withdrawal", schema=None) as batch_op:
        batch_op.create_index("ix_withdrawal_state", ["state"], unique=False)

    op.create_table(
        "work",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("public_id", sa.String(length=24), nullable=False),
        sa.Column("creator_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("title", sa.String(length=120), nullable=False),
        sa.Column("kind", sa.String(length=8), nullable=False),
        sa.Column("category", sa.String(length=20), nullable=False),
        sa.Column("published_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("duration_seconds", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("original", sa.Boolean(), nullable=False),
        sa.Column("series", sa.String(length=60), nullable=True),
        sa.Column("drama_level", sa.String(length=2), nullable=True),
        sa.CheckConstraint("(kind = 'drama') = (series IS NOT NULL)", name=op.f("ck_work_series")),
        sa.CheckConstraint("drama_level IN ('S+', 'S', 'A', 'P')", name=op.f("ck_work_drama_level")),
        sa.CheckConstraint("kind IN ('video', 'live', 'drama')", name=op.f("ck_work_kind")),
        sa.CheckConstraint("duration_seconds > 0", name=op.f("ck_work_duration")),
        sa.ForeignKeyConstraint(["creator_id"], ["creator.id"], name=op.f("fk_work_creator_id_creator")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_work")),
        sa.UniqueConstraint("public_id", name=op.f("uq_work_public_id")),
        sqlite_autoincrement=True,
    )
    with op.batch_alter_table("work", schema=None) as batch_op:
        batch_op.create_index("ix_work_creator_id_published_at", ["creator_id", "published_at"], unique=False)

    op.create_table(
        "bank_answer",
        sa.Column("withdrawal_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("state", sa.String(length=8), nullable=False),
        sa.Column("amount_fen", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("reason", sa.String(length=120), nullable=False),
        sa.Column("answered_on", sa.Date(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("state IN ('paid', 'failed')", name=op.f("ck_bank_answer_state")),
        sa.ForeignKeyConstraint(
            ["withdrawal_id"], ["withdrawal.id"], name=op.f("fk_bank_answer_withdrawal_id_withdrawal")
        ),
        sa.PrimaryKeyConstraint("withdrawal_id", name=op.f("pk_bank_answer")),
    )
    op.create_table(
        "brand_order",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("brief_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("creator_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("state", sa.String(length=10), nullable=False),
        sa.Column("price_fen", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("held_fen", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("paid_fen", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("fee_fen", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("revisions", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("quotes", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("category", sa.String(length=20), nullable=False),
        sa.Column("tier", sa.String(length=10), nullable=False),
        sa.Column("opened_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("changed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("answer_by", sa.DateTime(timezone=True), nullable=True),
        sa.Column("rules_from", sa.Date(), nullable=True),
        sa.Column("work_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.CheckConstraint("(state = 'settled') = (paid_fen > 0)", name=op.f("ck_brand_order_settled")),
        sa.CheckConstraint(
            "(state IN ('accepted', 'submitted', 'revising', 'approved', 'disputed')) = (held_fen > 0)",
            name=op.f("ck_brand_order_holding"),
        ),
        sa.CheckConstraint(
            "(state IN ('invited', 'placed')) = (answer_by IS NOT NULL)", name=op.f("ck_brand_order_asked")
        ),
        sa.CheckConstraint(
            "state IN ('invited', 'quoted', 'placed', 'accepted', 'submitted', 'revising', 'approved', 'disputed', 'settled', 'declined', 'lapsed', 'cancelled')",
            name=op.f("ck_brand_order_state"),
        ),
        sa.CheckConstraint(
            "paid_fen >= 0 AND paid_fen <= price_fen AND fee_fen BETWEEN 0 AND paid_fen",
            name=op.f("ck_brand_order_paid"),
        ),
        sa.CheckConstraint(
            "price_fen > 0 AND held_fen >= 0 AND held_fen <= price_fen", name=op.f("ck_brand_order_held")
        ),
        sa.ForeignKeyConstraint(
            ["brief_id"], ["brand_brief.id"], name=op.f("fk_brand_order_brief_id_brand_brief")
        ),
        sa.ForeignKeyConstraint(
            ["creator_id"], ["creator.id"], name=op.f("fk_brand_order_creator_id_creator")
        ),
        sa.ForeignKeyConstraint(["work_id"], ["work.id"], name=op.f("fk_brand_order_work_id_work")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_brand_order")),
        sa.UniqueConstraint("brief_id", "creator_id", name=op.f("uq_brand_order_brief_id_creator_id")),
        sqlite_autoincrement=True,
    )
    with op.batch_alter_table("brand_order", schema=None) as batch_op:
        batch_op.create_index("ix_brand_order_answer_by", ["answer_by"], unique=False)
        batch_op.create_index("ix_brand_order_creator_id", ["creator_id"], unique=False)
        batch_op.create_index("ix_brand_order_state", ["state"], unique=False)
        batch_op.create_index("ix_brand_order_tier_opened_at", ["tier", "opened_at"], unique=False)

    op.create_table(
        "budget_slice",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("budget_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("account_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("holder", sa.String(length=60), nullable=False),
        sa.Column("limit_amount", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("granted", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("released_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint("granted >= 0 AND granted <= limit_amount", name=op.f("ck_budget_slice_granted")),
        sa.CheckConstraint(
            "released_at IS NULL OR granted = limit_amount", name=op.f("ck_budget_slice_released")
        ),
        sa.ForeignKeyConstraint(
            ["account_id"], ["ledger_account.id"], name=op.f("fk_budget_slice_account_id_ledger_account")
        ),
        sa.ForeignKeyConstraint(["budget_id"], ["budget.id"], name=op.f("fk_budget_slice_budget_id_budget")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_budget_slice")),
        sa.UniqueConstraint("account_id", name=op.f("uq_budget_slice_account_id")),
        sqlite_autoincrement=True,
    )
    with op.batch_alter_table("budget_slice", schema=None) as batch_op:
        batch_op.create_index(
            "ix_budget_slice_budget_id_released_at", ["budget_id", "released_at"], unique=False
        )

    op.create_table(
        "copy_permission",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("owner_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("licensee_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("work_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("series", sa.String(length=60), nullable=True),
        sa.Column("starts_on", sa.Date(), nullable=False),
        sa.Column("ends_on", sa.Date(), nullable=True),
        sa.Column("document", sa.String(length=120), nullable=False),
        sa.Column("registered_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("ends_on IS NULL OR ends_on >= starts_on", name=op.f("ck_copy_permission_days")),
        sa.CheckConstraint(
            "owner_id IS NOT NULL OR (work_id IS NULL AND series IS NULL)",
            name=op.f("ck_copy_permission_allow_list"),
        ),
        sa.CheckConstraint(
            "owner_id IS NULL OR owner_id <> licensee_id", name=op.f("ck_copy_permission_sides")
        ),
        sa.CheckConstraint("work_id IS NULL OR series IS NULL", name=op.f("ck_copy_permission_one_scope")),
        sa.ForeignKeyConstraint(
            ["licensee_id"], ["creator.id"], name=op.f("fk_copy_permission_licensee_id_creator")
        ),
        sa.ForeignKeyConstraint(
            ["owner_id"], ["creator.id"], name=op.f("fk_copy_permission_owner_id_creator")
        ),
        sa.ForeignKeyConstraint(["work_id"], ["work.id"], name=op.f("fk_copy_permission_work_id_work")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_copy_permission")),
        sqlite_autoincrement=True,
    )
    with op.batch_alter_table("copy_permission", schema=None) as batch_op:
        batch_op.create_index("ix_copy_permission_licensee_id", ["licensee_id"], unique=False)

    op.create_table(
        "course_chapter",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("course_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("place", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("title", sa.String(length=60), nullable=False),
        sa.Column("seconds", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("published_on", sa.Date(), nullable=False),
        sa.CheckConstraint("place > 0 AND seconds > 0", name=op.f("ck_course_chapter_sizes")),
        sa.ForeignKeyConstraint(
            ["course_id"], ["course.id"], name=op.f("fk_course_chapter_course_id_course")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_course_chapter")),
        sa.UniqueConstraint("course_id", "place", name=op.f("uq_course_chapter_course_id_place")),
        sqlite_autoincrement=True,
    )
    op.create_table(
        "course_sale",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("course_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("buyer", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("price_fen", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("fee_fen", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("state", sa.String(length=10), nullable=False),
        sa.Column("bought_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("rules_from", sa.Date(), nullable=False),
        sa.Column("asked_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("reason", sa.String(length=200), nullable=False),
        sa.Column("refund_fen", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("refunded_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint(
            "(state = 'refunded') = (refunded_at IS NOT NULL)", name=op.f("ck_course_sale_refunded_at")
        ),
        sa.CheckConstraint(
            "(state IN ('owed', 'refunded')) = (refund_fen > 0)", name=op.f("ck_course_sale_refunded")
        ),
        sa.CheckConstraint(
            "state IN ('paid', 'asked', 'owed', 'refunded', 'kept')", name=op.f("ck_course_sale_state")
        ),
        sa.CheckConstraint(
            "price_fen > 0 AND fee_fen BETWEEN 0 AND price_fen", name=op.f("ck_course_sale_amounts")
        ),
        sa.CheckConstraint("refund_fen BETWEEN 0 AND price_fen", name=op.f("ck_course_sale_refund")),
        sa.ForeignKeyConstraint(["course_id"], ["course.id"], name=op.f("fk_course_sale_course_id_course")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_course_sale")),
        sa.UniqueConstraint("course_id", "buyer", name=op.f("uq_course_sale_course_id_buyer")),
        sqlite_autoincrement=True,
    )
    with op.batch_alter_table("course_sale", schema=None) as batch_op:
        batch_op.create_index("ix_course_sale_course_id_bought_at", ["course_id", "bought_at"], unique=False)
        batch_op.create_index("ix_course_sale_state", ["state"], unique=False)

    op.create_table(
        "curve_total",
        sa.Column("work_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("creator_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("category", sa.String(length=20), nullable=False),
        sa.Column("tier", sa.String(length=12), nullable=False),
        sa.Column("length_band", sa.String(length=12), nullable=False),
        sa.Column("published_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("positions", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("rows", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("plays", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("viewers", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("started", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("stayed_3", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("stayed_5", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("finished", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("seen_positions", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.ForeignKeyConstraint(
            ["creator_id"], ["creator.id"], name=op.f("fk_curve_total_creator_id_creator")
        ),
        sa.ForeignKeyConstraint(["work_id"], ["work.id"], name=op.f("fk_curve_total_work_id_work")),
        sa.PrimaryKeyConstraint("work_id", name=op.f("pk_curve_total")),
    )
    with op.batch_alter_table("curve_total", schema=None) as batch_op:
        batch_op.create_index(
            "ix_curve_total_category",
            ["category", "length_band", "published_at", "work_id", "started"],
            unique=False,
        )
        batch_op.create_index(
            "ix_curve_total_cohort",
            ["category", "length_band", "tier", "published_at", "work_id", "started"],
            unique=False,
        )
        batch_op.create_index("ix_curve_total_creator", ["creator_id", "published_at"], unique=False)

    op.create_table(
        "detection_scan_item",
        sa.Column("scan_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("work_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("shard", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("checked_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("fault", sa.String(length=200), nullable=True),
        sa.CheckConstraint(
            "fault IS NULL OR checked_at IS NOT NULL", name=op.f("ck_detection_scan_item_fault")
        ),
        sa.ForeignKeyConstraint(
            ["scan_id"], ["detection_scan.id"], name=op.f("fk_detection_scan_item_scan_id_detection_scan")
        ),
        sa.ForeignKeyConstraint(["work_id"], ["work.id"], name=op.f("fk_detection_scan_item_work_id_work")),
        sa.PrimaryKeyConstraint("scan_id", "work_id", name=op.f("pk_detection_scan_item")),
    )
    with op.batch_alter_table("detection_scan_item", schema=None) as batch_op:
        batch_op.create_index(
            "ix_detection_scan_item_not_checked",
            ["scan_id", "shard"],
            unique=False,
            sqlite_where=sa.text("checked_at IS NULL"),
            postgresql_where=sa.text("checked_at IS NULL"),
        )

    op.create_table(
        "drama_day",
        sa.Column("work_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("series_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("effective_plays", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("fraud_plays", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.CheckConstraint(
            "fraud_plays >= 0 AND fraud_plays <= effective_plays", name=op.f("ck_drama_day_plays")
        ),
        sa.ForeignKeyConstraint(
            ["series_id"], ["drama_series.id"], name=op.f("fk_drama_day_series_id_drama_series")
        ),
        sa.ForeignKeyConstraint(["work_id"], ["work.id"], name=op.f("fk_drama_day_work_id_work")),
        sa.PrimaryKeyConstraint("work_id", "day", name=op.f("pk_drama_day")),
    )
    with op.batch_alter_table("drama_day", schema=None) as batch_op:
        batch_op.create_index("ix_drama_day_series_id_day", ["series_id", "day"], unique=False)

    op.create_table(
        "drama_rating",
        sa.Column("series_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("from_day", sa.Date(), nullable=False),
        sa.Column("level", sa.String(length=8), nullable=False),
        sa.CheckConstraint("level IN ('S+', 'S', 'A', 'P', 'stopped')", name=op.f("ck_drama_rating_level")),
        sa.ForeignKeyConstraint(
            ["series_id"], ["drama_series.id"], name=op.f("fk_drama_rating_series_id_drama_series")
        ),
        sa.PrimaryKeyConstraint("series_id", "from_day", name=op.f("pk_drama_rating")),
    )
    op.create_table(
        "drama_share",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("series_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("rules", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("number", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("amount_fen", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("key", sa.String(length=60), nullable=False),
        sa.Column("taken_back", sa.Boolean(), nullable=False),
        sa.CheckConstraint("amount_fen > 0", name=op.f("ck_drama_share_amount")),
        sa.ForeignKeyConstraint(
            ["series_id"], ["drama_series.id"], name=op.f("fk_drama_share_series_id_drama_series")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_drama_share")),
        sa.UniqueConstraint("key", name=op.f("uq_drama_share_key")),
        sa.UniqueConstraint(
            "series_id", "rules", "number", name=op.f("uq_drama_share_series_id_rules_number")
        ),
        sqlite_autoincrement=True,
    )
    op.create_table(
        "fired_alert",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("metric_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("creator_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("value", sa.String(length=60), nullable=False),
        sa.Column("bound", sa.String(length=60), nullable=False),
        sa.Column("fired_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["creator_id"], ["creator.id"], name=op.f("fk_fired_alert_creator_id_creator")
        ),
        sa.ForeignKeyConstraint(
            ["metric_id"],
            ["custom_metric.id"],
            name=op.f("fk_fired_alert_metric_id_custom_metric"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_fired_alert")),
        sa.UniqueConstraint("metric_id", "day", name=op.f("uq_fired_alert_metric_id_day")),
        sqlite_autoincrement=True,
    )
    with op.batch_alter_table("fired_alert", schema=None) as batch_op:
        batch_op.create_index("ix_fired_alert_creator_id_day", ["creator_id", "day"], unique=False)

    op.create_table(
        "infringement_report",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("creator_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("owner_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("kind", sa.String(length=16), nullable=False),
        sa.Column("work_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("work_public_id", sa.String(length=24), nullable=False),
        sa.Column("work_title", sa.String(length=120), nullable=False),
        sa.Column("suspect_key", sa.String(length=600), nullable=False),
        sa.Column("suspect_url", sa.String(length=500), nullable=True),
        sa.Column("suspect_author", sa.String(length=40), nullable=True),
        sa.Column("suspect_creator_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("suspect_work_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("reason", sa.String(length=200), nullable=False),
        sa.Column("state", sa.String(length=16), nullable=False),
        sa.Column("submitted_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("accepted_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("decided_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("note", sa.String(length=200), nullable=False),
        sa.Column("malicious", sa.Boolean(), nullable=False),
        sa.Column("verdict", sa.JSON().with_variant(postgresql.JSONB(), "postgresql"), nullable=True),
        sa.CheckConstraint(
            "(kind = 'impersonation') = (work_id IS NULL)", name=op.f("ck_infringement_report_work")
        ),
        sa.CheckConstraint(
            "(state = 'submitted') = (accepted_at IS NULL)", name=op.f("ck_infringement_report_accepted")
        ),
        sa.CheckConstraint(
            "(state IN ('submitted', 'needs_evidence', 'reviewing')) = (decided_at IS NULL)",
            name=op.f("ck_infringement_report_decided"),
        ),
        sa.CheckConstraint(
            "NOT malicious OR state IN ('rejected', 'contested', 'dismissed')",
            name=op.f("ck_infringement_report_malicious"),
        ),
        sa.CheckConstraint(
            "kind IN ('copy', 'impersonation', 'audio', 'picture', 'off_platform')",
            name=op.f("ck_infringement_report_kind"),
        ),
        sa.CheckConstraint(
            "state IN ('submitted', 'needs_evidence', 'reviewing', 'upheld', 'rejected', 'closed', 'appealed', 'contested', 'confirmed', 'restored', 'dismissed')",
            name=op.f("ck_infringement_report_state"),
        ),
        sa.CheckConstraint(
            "accepted_at IS NULL OR accepted_at >= submitted_at",
            name=op.f("ck_infringement_report_accepted_after"),
        ),
        sa.CheckConstraint(
            "decided_at IS NULL OR decided_at >= accepted_at",
            name=op.f("ck_infringement_report_decided_after"),
        ),
        sa.CheckConstraint(
            "suspect_url IS NOT NULL OR suspect_author IS NOT NULL",
            name=op.f("ck_infringement_report_suspect"),
        ),
        sa.ForeignKeyConstraint(
            ["creator_id"], ["creator.id"], name=op.f("fk_infringement_report_creator_id_creator")
        ),
        sa.ForeignKeyConstraint(
            ["owner_id"], ["creator.id"], name=op.f("fk_infringement_report_owner_id_creator")
        ),
        sa.ForeignKeyConstraint(
            ["suspect_creator_id"],
            ["creator.id"],
            name=op.f("fk_infringement_report_suspect_creator_id_creator"),
        ),
        sa.ForeignKeyConstraint(
            ["suspect_work_id"], ["work.id"], name=op.f("fk_infringement_report_suspect_work_id_work")
        ),
        sa.ForeignKeyConstraint(["work_id"], ["work.id"], name=op.f("fk_infringement_report_work_id_work")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_infringement_report")),
        sqlite_autoincrement=True,
    )
    with op.batch_alter_table("infringement_report", schema=None) as batch_op:
        batch_op.create_index(
            "ix_infringement_report_creator_id_submitted_at", ["creator_id", "submitted_at"], unique=False
        )
        batch_op.create_index(batch_op.f("ix_infringement_report_owner_id"), ["owner_id"], unique=False)
        batch_op.create_index("ix_infringement_report_state", ["state"], unique=False)
        batch_op.create_index(
            "ix_infringement_report_suspect_creator_id", ["suspect_creator_id"], unique=False
        )
        batch_op.create_index(
            "uq_infringement_report_open",
            ["work_id", "suspect_key"],
            unique=True,
            sqlite_where=sa.text("state IN ('submitted', 'needs_evidence', 'reviewing')"),
            postgresql_where=sa.text("state IN ('submitted', 'needs_evidence', 'reviewing')"),
        )
        batch_op.create_index(
            "uq_infringement_report_open_account",
            ["owner_id", "suspect_key"],
            unique=True,
            sqlite_where=sa.text("state IN ('submitted', 'needs_evidence', 'reviewing') AND work_id IS NULL"),
            postgresql_where=sa.text(
                "state IN ('submitted', 'needs_evidence', 'reviewing') AND work_id IS NULL"
            ),
        )

    op.create_table(
        "metric_alert",
        sa.Column("metric_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("comparison", sa.String(length=2), nullable=False),
        sa.Column("threshold", sa.String(length=50), nullable=False),
        sa.Column("evaluated_until", sa.Date(), nullable=False),
        sa.CheckConstraint("comparison IN ('<', '<=', '>', '>=')", name=op.f("ck_metric_alert_comparison")),
        sa.ForeignKeyConstraint(
            ["metric_id"],
            ["custom_metric.id"],
            name=op.f("fk_metric_alert_metric_id_custom_metric"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("metric_id", name=op.f("pk_metric_alert")),
    )
    op.create_table(
        "notice",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("creator_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("topic", sa.String(length=12), nullable=False),
        sa.Column("category", sa.String(length=20), nullable=False),
        sa.Column("lane", sa.String(length=8), nullable=False),
        sa.Column("state", sa.String(length=10), nullable=False),
        sa.Column("broadcast_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("text", sa.String(length=1000), nullable=True),
        sa.Column("body", sa.JSON().with_variant(postgresql.JSONB(), "postgresql"), nullable=True),
        sa.Column("dedupe_key", sa.String(length=200), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("due_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("sent_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("sent_with", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.CheckConstraint("(state = 'sent') = (sent_at IS NOT NULL)", name=op.f("ck_notice_sent")),
        sa.CheckConstraint("lane IN ('case', 'deadline', 'bulk')", name=op.f("ck_notice_lane")),
        sa.CheckConstraint(
            "state IN ('new', 'waiting', 'sent', 'expired', 'muted', 'unreached', 'blocked')",
            name=op.f("ck_notice_state"),
        ),
        sa.CheckConstraint("(sent_at IS NULL) = (sent_with IS NULL)", name=op.f("ck_notice_sent_with")),
        sa.CheckConstraint("(text IS NULL) = (broadcast_id IS NOT NULL)", name=op.f("ck_notice_words")),
        sa.CheckConstraint("sent_at IS NULL OR sent_at >= created_at", name=op.f("ck_notice_sent_after")),
        sa.ForeignKeyConstraint(
            ["broadcast_id"], ["broadcast.id"], name=op.f("fk_notice_broadcast_id_broadcast")
        ),
        sa.ForeignKeyConstraint(["creator_id"], ["creator.id"], name=op.f("fk_notice_creator_id_creator")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_notice")),
        sa.UniqueConstraint("dedupe_key", name=op.f("uq_notice_dedupe_key")),
        sqlite_autoincrement=True,
    )
    with op.batch_alter_table("notice", schema=None) as batch_op:
        batch_op.create_index("ix_notice_broadcast_id_state", ["broadcast_id", "state"], unique=False)
        batch_op.create_index("ix_notice_creator_id_id", ["creator_id", "id"], unique=False)
        batch_op.create_index(
            "ix_notice_expiring",
            ["expires_at"],
            unique=False,
            sqlite_where=sa.text("state = 'waiting'"),
            postgresql_where=sa.text("state = 'waiting'"),
        )
        batch_op.create_index(
            "ix_notice_new",
            ["id"],
            unique=False,
            sqlite_where=sa.text("state = 'new'"),
            postgresql_where=sa.text("state = 'new'"),
        )
        batch_op.create_index(
            "ix_notice_waiting",
            ["lane", "due_at", "id"],
            unique=False,
            sqlite_where=sa.text("state = 'waiting'"),
            postgresql_where=sa.text("state = 'waiting'"),
        )

    op.create_table(
        "proposal",
        sa.Column("id", sa.String(length=16), nullable=False),
        sa.Column("creator_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("conversation_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("turn", sa.String(length=120), nullable=False),
        sa.Column("tool", sa.String(length=40), nullable=False),
        sa.Column("payload", sa.JSON().with_variant(postgresql.JSONB(), "postgresql"), nullable=False),
        sa.Column("summary", sa.Text(), nullable=False),
        sa.Column("state", sa.String(length=10), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("decided_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("result", sa.JSON().with_variant(postgresql.JSONB(), "postgresql"), nullable=True),
        sa.CheckConstraint("(state = 'pending') = (decided_at IS NULL)", name=op.f("ck_proposal_decided")),
        sa.CheckConstraint("state IN ('pending', 'executed', 'declined')", name=op.f("ck_proposal_state")),
        sa.ForeignKeyConstraint(
            ["conversation_id"], ["conversation.id"], name=op.f("fk_proposal_conversation_id_conversation")
        ),
        sa.ForeignKeyConstraint(["creator_id"], ["creator.id"], name=op.f("fk_proposal_creator_id_creator")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_proposal")),
        sa.UniqueConstraint("turn", "creator_id", name=op.f("uq_proposal_turn_creator_id")),
    )
    with op.batch_alter_table("proposal", schema=None) as batch_op:
        batch_op.create_index("ix_proposal_creator_state", ["creator_id", "state"], unique=False)

    op.create_table(
        "star_month",
        sa.Column("contract_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("starts_on", sa.Date(), nullable=False),
        sa.Column("floor_fen", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("earned_fen", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("done", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("required", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("top_up_fen", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.CheckConstraint(
            "floor_fen >= 0 AND earned_fen >= 0 AND top_up_fen >= 0", name=op.f("ck_star_month_amounts")
        ),
        sa.ForeignKeyConstraint(
            ["contract_id"], ["star_contract.id"], name=op.f("fk_star_month_contract_id_star_contract")
        ),
        sa.PrimaryKeyConstraint("contract_id", "starts_on", name=op.f("pk_star_month")),
    )
    op.create_table(
        "star_step",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("contract_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("state", sa.String(length=10), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("note", sa.String(length=200), nullable=False),
        sa.ForeignKeyConstraint(
            ["contract_id"], ["star_contract.id"], name=op.f("fk_star_step_contract_id_star_contract")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_star_step")),
        sa.UniqueConstraint("contract_id", "state", name=op.f("uq_star_step_contract_id_state")),
        sqlite_autoincrement=True,
    )
    op.create_table(
        "star_use",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("contract_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("kind", sa.String(length=12), nullable=False),
        sa.Column("amount", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("note", sa.String(length=200), nullable=False),
        sa.CheckConstraint("kind IN ('planning', 'impressions', 'outside')", name=op.f("ck_star_use_kind")),
        sa.CheckConstraint("amount > 0", name=op.f("ck_star_use_amount")),
        sa.ForeignKeyConstraint(
            ["contract_id"], ["star_contract.id"], name=op.f("fk_star_use_contract_id_star_contract")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_star_use")),
        sqlite_autoincrement=True,
    )
    with op.batch_alter_table("star_use", schema=None) as batch_op:
        batch_op.create_index("ix_star_use_contract_id", ["contract_id"], unique=False)

    op.create_table(
        "support_case",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("creator_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("conversation_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("state", sa.String(length=16), nullable=False),
        sa.Column("kind", sa.String(length=8), nullable=False),
        sa.Column("reason", sa.String(length=200), nullable=False),
        sa.Column("tier", sa.String(length=10), nullable=False),
        sa.Column("skill", sa.String(length=10), nullable=False),
        sa.Column("team", sa.String(length=40), nullable=False),
        sa.Column("opened_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("opened_sequence", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("queued_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("holder_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("last_holder_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("routed_to_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("routed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("routed_why", sa.String(length=80), nullable=False),
        sa.Column("spoken_since", sa.DateTime(timezone=True), nullable=True),
        sa.Column("resolved_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("ending", sa.String(length=10), nullable=True),
        sa.Column("reopened", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("rating", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("rated_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("told_waiting_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint(
            "(state = 'queued') = (queued_at IS NOT NULL)", name=op.f("ck_support_case_queued")
        ),
        sa.CheckConstraint(
            "(state = 'resolved') = (ending IS NOT NULL)", name=op.f("ck_support_case_ending")
        ),
        sa.CheckConstraint(
            "(state = 'resolved') = (resolved_at IS NOT NULL)", name=op.f("ck_support_case_resolved")
        ),
        sa.CheckConstraint(
            "(state IN ('assigned', 'pending_creator')) = (holder_id IS NOT NULL)",
            name=op.f("ck_support_case_holder"),
        ),
        sa.CheckConstraint(
            "kind IN ('asked', 'anger', 'failure', 'safety', 'money', 'dispute')",
            name=op.f("ck_support_case_kind"),
        ),
        sa.CheckConstraint("routed_to_id IS NULL OR state = 'queued'", name=op.f("ck_support_case_routed")),
        sa.CheckConstraint(
            "state IN ('queued', 'assigned', 'pending_creator', 'resolved')",
            name=op.f("ck_support_case_state"),
        ),
        sa.CheckConstraint("tier IN ('star', 'youchuang', 'standard')", name=op.f("ck_support_case_tier")),
        sa.CheckConstraint("(rating IS NULL) = (rated_at IS NULL)", name=op.f("ck_support_case_rated")),
        sa.CheckConstraint("rating IS NULL OR rating BETWEEN 1 AND 5", name=op.f("ck_support_case_rating")),
        sa.CheckConstraint("reopened >= 0", name=op.f("ck_support_case_reopened")),
        sa.ForeignKeyConstraint(
            ["conversation_id"],
            ["conversation.id"],
            name=op.f("fk_support_case_conversation_id_conversation"),
        ),
        sa.ForeignKeyConstraint(
            ["creator_id"], ["creator.id"], name=op.f("fk_support_case_creator_id_creator")
        ),
        sa.ForeignKeyConstraint(
            ["holder_id"], ["support_agent.id"], name=op.f("fk_support_case_holder_id_support_agent")
        ),
        sa.ForeignKeyConstraint(
            ["last_holder_id"],
            ["support_agent.id"],
            name=op.f("fk_support_case_last_holder_id_support_agent"),
        ),
        sa.ForeignKeyConstraint(
            ["routed_to_id"], ["support_agent.id"], name=op.f("fk_support_case_routed_to_id_support_agent")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_support_case")),
        sqlite_autoincrement=True,
    )
    with op.batch_alter_table("support_case", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_support_case_conversation_id"), ["conversation_id"], unique=False
        )
        batch_op.create_index(batch_op.f("ix_support_case_creator_id"), ["creator_id"], unique=False)
        batch_op.create_index("ix_support_case_holder", ["holder_id", "state"], unique=False)
        batch_op.create_index("ix_support_case_resolved", ["resolved_at"], unique=False)
        batch_op.create_index(batch_op.f("ix_support_case_routed_to_id"), ["routed_to_id"], unique=False)
        batch_op.create_index("ix_support_case_state", ["state", "opened_at"], unique=False)
        batch_op.create_index(
            "uq_support_case_open",
            ["conversation_id"],
            unique=True,
            sqlite_where=sa.text("state <> 'resolved'"),
            postgresql_where=sa.text("state <> 'resolved'"),
        )

    op.create_table(
        "traffic_coupon",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("creator_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("program", sa.String(length=31), nullable=False),
        sa.Column("impressions", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("source", sa.String(length=120), nullable=False),
        sa.Column("granted_on", sa.Date(), nullable=False),
        sa.Column("valid_until", sa.DateTime(timezone=True), nullable=False),
        sa.Column("state", sa.String(length=9), nullable=False),
        sa.Column("work_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("used_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint("(state = 'used') = (used_at IS NOT NULL)", name=op.f("ck_traffic_coupon_used")),
        sa.CheckConstraint("(state = 'used') = (work_id IS NOT NULL)", name=op.f("ck_traffic_coupon_work")),
        sa.CheckConstraint("state IN ('available', 'used', 'expired')", name=op.f("ck_traffic_coupon_state")),
        sa.CheckConstraint("impressions > 0", name=op.f("ck_traffic_coupon_impressions")),
        sa.ForeignKeyConstraint(
            ["creator_id"], ["creator.id"], name=op.f("fk_traffic_coupon_creator_id_creator")
        ),
        sa.ForeignKeyConstraint(["work_id"], ["work.id"], name=op.f("fk_traffic_coupon_work_id_work")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_traffic_coupon")),
        sa.UniqueConstraint("source", name=op.f("uq_traffic_coupon_source")),
        sqlite_autoincrement=True,
    )
    with op.batch_alter_table("traffic_coupon", schema=None) as batch_op:
        batch_op.create_index("ix_traffic_coupon_creator_id_state", ["creator_id", "state"], unique=False)
        batch_op.create_index("ix_traffic_coupon_state_valid_until", ["state", "valid_until"], unique=False)
        batch_op.create_index(batch_op.f("ix_traffic_coupon_work_id"), ["work_id"], unique=False)

    op.create_table(
        "upload",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("creator_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("conversation_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("message_key", sa.String(length=80), nullable=False),
        sa.Column("place", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("kind", sa.String(length=8), nullable=False),
        sa.Column("name", sa.String(length=120), nullable=False),
        sa.Column("media_type", sa.String(length=80), nullable=False),
        sa.Column("size_bytes", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("sha256", sa.String(length=64), nullable=False),
        sa.Column("received_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("kept_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint("kind IN ('image', 'video', 'file')", name=op.f("ck_upload_kind")),
        sa.CheckConstraint("size_bytes > 0", name=op.f("ck_upload_size")),
        sa.ForeignKeyConstraint(
            ["conversation_id"], ["conversation.id"], name=op.f("fk_upload_conversation_id_conversation")
        ),
        sa.ForeignKeyConstraint(["creator_id"], ["creator.id"], name=op.f("fk_upload_creator_id_creator")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_upload")),
        sa.UniqueConstraint(
            "conversation_id",
            "message_key",
            "place",
            name=op.f("uq_upload_conversation_id_message_key_place"),
        ),
        sqlite_autoincrement=True,
    )
    with op.batch_alter_table("upload", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_upload_creator_id"), ["creator_id"], unique=False)
        batch_op.create_index("ix_upload_received", ["received_at"], unique=False)
        batch_op.create_index("ix_upload_sha256", ["sha256"], unique=False)

    op.create_table(
        "violation",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("creator_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("work_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("severity", sa.String(length=8), nullable=False),
        sa.Column("policy", sa.String(length=60), nullable=False),
        sa.Column("clause", sa.String(length=12), nullable=False),
        sa.Column("note", sa.String(length=200), nullable=False),
        sa.CheckConstraint(
            "severity IN ('notice', 'general', 'serious')", name=op.f("ck_violation_severity")
        ),
        sa.ForeignKeyConstraint(["creator_id"], ["creator.id"], name=op.f("fk_violation_creator_id_creator")),
        sa.ForeignKeyConstraint(["work_id"], ["work.id"], name=op.f("fk_violation_work_id_work")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_violation")),
        sqlite_autoincrement=True,
    )
    with op.batch_alter_table("violation", schema=None) as batch_op:
        batch_op.create_index("ix_violation_creator_id_day", ["creator_id", "day"], unique=False)

    op.create_table(
        "work_curve",
        sa.Column("work_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("source_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("part", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("positions", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("rows", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("plays", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("viewers", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("started", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("stayed_3", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("stayed_5", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("finished", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("seen_positions", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("by_second", sa.LargeBinary(), nullable=False),
        sa.CheckConstraint("positions > 1", name=op.f("ck_work_curve_positions")),
        sa.CheckConstraint(
            "started <= viewers AND finished <= viewers AND viewers <= rows",
            name=op.f("ck_work_curve_counts"),
        ),
        sa.ForeignKeyConstraint(
            ["source_id"], ["curve_source.id"], name=op.f("fk_work_curve_source_id_curve_source")
        ),
        sa.ForeignKeyConstraint(["work_id"], ["work.id"], name=op.f("fk_work_curve_work_id_work")),
        sa.PrimaryKeyConstraint("work_id", "day", "source_id", name=op.f("pk_work_curve")),
    )
    with op.batch_alter_table("work_curve", schema=None) as batch_op:
        batch_op.create_index("ix_work_curve_source_id_part_day", ["source_id", "part", "day"], unique=False)

    op.create_table(
        "work_day",
        sa.Column("work_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("plays", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("completed_plays", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("follower_plays", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("watch_seconds", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("likes", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("comments", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("shares", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("favourites", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("new_followers", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.CheckConstraint("completed_plays <= plays", name=op.f("ck_work_day_completed")),
        sa.CheckConstraint(
            "completed_plays >= 0 AND follower_plays >= 0 AND watch_seconds >= 0 AND likes >= 0 AND comments >= 0 AND shares >= 0 AND favourites >= 0 AND new_followers >= 0",
            name=op.f("ck_work_day_counts"),
        ),
        sa.CheckConstraint("follower_plays <= plays", name=op.f("ck_work_day_follower_plays")),
        sa.ForeignKeyConstraint(["work_id"], ["work.id"], name=op.f("fk_work_day_work_id_work")),
        sa.PrimaryKeyConstraint("work_id", "day", name=op.f("pk_work_day")),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "work_music",
        sa.Column("work_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("music", sa.String(length=60), nullable=False),
        sa.ForeignKeyConstraint(["work_id"], ["work.id"], name=op.f("fk_work_music_work_id_work")),
        sa.PrimaryKeyConstraint("work_id", name=op.f("pk_work_music")),
    )
    op.create_table(
        "work_topic",
        sa.Column("work_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("topic", sa.String(length=30), nullable=False),
        sa.ForeignKeyConstraint(["work_id"], ["work.id"], name=op.f("fk_work_topic_work_id_work")),
        sa.PrimaryKeyConstraint("work_id", "topic", name=op.f("pk_work_topic")),
    )
    op.create_table(
        "work_video",
        sa.Column(
            "work_id",
            sa.BigInteger().with_variant(sa.Integer(), "sqlite"),
            autoincrement=False,
            nullable=False,
        ),
        sa.Column("path", sa.String(length=1000), nullable=False),
        sa.Column("received_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["work_id"], ["work.id"], name=op.f("fk_work_video_work_id_work")),
        sa.PrimaryKeyConstraint("work_id", name=op.f("pk_work_video")),
    )
    with op.batch_alter_table("work_video", schema=None) as batch_op:
        batch_op.create_index("ix_work_video_received_at", ["received_at"], unique=False)

    op.create_table(
        "case_clock",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("case_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("promise", sa.String(length=12), nullable=False),
        sa.Column("round", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("target_seconds", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("spent_seconds", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("running_since", sa.DateTime(timezone=True), nullable=True),
        sa.Column("due_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("warn_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("stopped_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("dropped", sa.Boolean(), nullable=False),
        sa.Column("agent_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("warned_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("breached_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint(
            "promise IN ('first_reply', 'next_reply', 'resolution')", name=op.f("ck_case_clock_promise")
        ),
        sa.CheckConstraint("(running_since IS NULL) = (due_at IS NULL)", name=op.f("ck_case_clock_due")),
        sa.CheckConstraint("spent_seconds >= 0 AND target_seconds > 0", name=op.f("ck_case_clock_seconds")),
        sa.CheckConstraint("stopped_at IS NULL OR running_since IS NULL", name=op.f("ck_case_clock_stopped")),
        sa.ForeignKeyConstraint(
            ["agent_id"], ["support_agent.id"], name=op.f("fk_case_clock_agent_id_support_agent")
        ),
        sa.ForeignKeyConstraint(
            ["case_id"], ["support_case.id"], name=op.f("fk_case_clock_case_id_support_case")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_case_clock")),
        sa.UniqueConstraint("case_id", "promise", "round", name=op.f("uq_case_clock_case_id_promise_round")),
        sqlite_autoincrement=True,
    )
    with op.batch_alter_table("case_clock", schema=None) as batch_op:
        batch_op.create_index(
            "ix_case_clock_due",
            ["due_at"],
            unique=False,
            sqlite_where=sa.text("due_at IS NOT NULL"),
            postgresql_where=sa.text("due_at IS NOT NULL"),
        )
        batch_op.create_index("ix_case_clock_stopped", ["stopped_at"], unique=False)

    op.create_table(
        "case_event",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("case_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("sequence", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("step", sa.String(length=16), nullable=False),
        sa.Column("agent_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("holder_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("note", sa.String(length=200), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["agent_id"], ["support_agent.id"], name=op.f("fk_case_event_agent_id_support_agent")
        ),
        sa.ForeignKeyConstraint(
            ["case_id"], ["support_case.id"], name=op.f("fk_case_event_case_id_support_case")
        ),
        sa.ForeignKeyConstraint(
            ["holder_id"], ["support_agent.id"], name=op.f("fk_case_event_holder_id_support_agent")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_case_event")),
        sa.UniqueConstraint("case_id", "sequence", name=op.f("uq_case_event_case_id_sequence")),
        sqlite_autoincrement=True,
    )
    op.create_table(
        "case_note",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("case_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("agent_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("key", sa.String(length=80), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["agent_id"], ["support_agent.id"], name=op.f("fk_case_note_agent_id_support_agent")
        ),
        sa.ForeignKeyConstraint(
            ["case_id"], ["support_case.id"], name=op.f("fk_case_note_case_id_support_case")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_case_note")),
        sa.UniqueConstraint("case_id", "key", name=op.f("uq_case_note_case_id_key")),
        sqlite_autoincrement=True,
    )
    op.create_table(
        "case_watch",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("case_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("agent_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("typing", sa.Boolean(), nullable=False),
        sa.Column("seen_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["agent_id"], ["support_agent.id"], name=op.f("fk_case_watch_agent_id_support_agent")
        ),
        sa.ForeignKeyConstraint(
            ["case_id"], ["support_case.id"], name=op.f("fk_case_watch_case_id_support_case")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_case_watch")),
        sa.UniqueConstraint("case_id", "agent_id", name=op.f("uq_case_watch_case_id_agent_id")),
        sqlite_autoincrement=True,
    )
    op.create_table(
        "copy_finding",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("work_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("original_name", sa.String(length=200), nullable=False),
        sa.Column("original_work_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("owner_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("verdict", sa.JSON().with_variant(postgresql.JSONB(), "postgresql"), nullable=False),
        sa.Column("outcome", sa.String(length=10), nullable=False),
        sa.Column("ground", sa.String(length=12), nullable=True),
        sa.Column("report_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("found_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint(
            "(outcome = 'permitted') = (ground IS NOT NULL)", name=op.f("ck_copy_finding_ground")
        ),
        sa.CheckConstraint(
            "ground IN ('own', 'series', 'licensed', 'allow_listed')",
            name=op.f("ck_copy_finding_known_ground"),
        ),
        sa.CheckConstraint(
            "outcome IN ('claimed', 'review', 'permitted', 'noted')", name=op.f("ck_copy_finding_outcome")
        ),
        sa.ForeignKeyConstraint(
            ["original_work_id"], ["work.id"], name=op.f("fk_copy_finding_original_work_id_work")
        ),
        sa.ForeignKeyConstraint(["owner_id"], ["creator.id"], name=op.f("fk_copy_finding_owner_id_creator")),
        sa.ForeignKeyConstraint(
            ["report_id"],
            ["infringement_report.id"],
            name=op.f("fk_copy_finding_report_id_infringement_report"),
        ),
        sa.ForeignKeyConstraint(["work_id"], ["work.id"], name=op.f("fk_copy_finding_work_id_work")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_copy_finding")),
        sa.UniqueConstraint("work_id", "original_name", name=op.f("uq_copy_finding_work_id_original_name")),
        sqlite_autoincrement=True,
    )
    with op.batch_alter_table("copy_finding", schema=None) as batch_op:
        batch_op.create_index("ix_copy_finding_owner_id", ["owner_id"], unique=False)

    op.create_table(
        "coupon_day",
        sa.Column("coupon_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("impressions", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("plays", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.CheckConstraint(
            "impressions >= 0 AND plays BETWEEN 0 AND impressions", name=op.f("ck_coupon_day_counts")
        ),
        sa.ForeignKeyConstraint(
            ["coupon_id"], ["traffic_coupon.id"], name=op.f("fk_coupon_day_coupon_id_traffic_coupon")
        ),
        sa.PrimaryKeyConstraint("coupon_id", "day", name=op.f("pk_coupon_day")),
    )
    op.create_table(
        "course_review",
        sa.Column("sale_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("stars", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("words", sa.String(length=200), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("stars BETWEEN 1 AND 5", name=op.f("ck_course_review_stars")),
        sa.ForeignKeyConstraint(
            ["sale_id"], ["course_sale.id"], name=op.f("fk_course_review_sale_id_course_sale")
        ),
        sa.PrimaryKeyConstraint("sale_id", name=op.f("pk_course_review")),
    )
    op.create_table(
        "desk_alert",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("key", sa.String(length=80), nullable=False),
        sa.Column("kind", sa.String(length=10), nullable=False),
        sa.Column("case_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("agent_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("text", sa.String(length=200), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("seen_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("seen_by_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.CheckConstraint(
            "kind IN ('warning', 'breach', 'unclaimed', 'urgent', 'requeued', 'request')",
            name=op.f("ck_desk_alert_kind"),
        ),
        sa.ForeignKeyConstraint(
            ["agent_id"], ["support_agent.id"], name=op.f("fk_desk_alert_agent_id_support_agent")
        ),
        sa.ForeignKeyConstraint(
            ["case_id"], ["support_case.id"], name=op.f("fk_desk_alert_case_id_support_case")
        ),
        sa.ForeignKeyConstraint(
            ["seen_by_id"], ["support_agent.id"], name=op.f("fk_desk_alert_seen_by_id_support_agent")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_desk_alert")),
        sa.UniqueConstraint("key", name=op.f("uq_desk_alert_key")),
        sqlite_autoincrement=True,
    )
    with op.batch_alter_table("desk_alert", schema=None) as batch_op:
        batch_op.create_index(
            "ix_desk_alert_unseen",
            ["agent_id"],
            unique=False,
            sqlite_where=sa.text("seen_at IS NULL"),
            postgresql_where=sa.text("seen_at IS NULL"),
        )

    op.create_table(
        "desk_event",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("agent_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("action", sa.String(length=24), nullable=False),
        sa.Column("case_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("subject", sa.String(length=200), nullable=False),
        sa.Column("address", sa.String(length=64), nullable=False),
        sa.ForeignKeyConstraint(
            ["agent_id"], ["support_agent.id"], name=op.f("fk_desk_event_agent_id_support_agent")
        ),
        sa.ForeignKeyConstraint(
            ["case_id"], ["support_case.id"], name=op.f("fk_desk_event_case_id_support_case")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_desk_event")),
        sqlite_autoincrement=True,
    )
    with op.batch_alter_table("desk_event", schema=None) as batch_op:
        batch_op.create_index("ix_desk_event_agent", ["agent_id", "id"], unique=False)
        batch_op.create_index("ix_desk_event_case", ["case_id", "id"], unique=False)

    op.create_table(
        "follower_migration",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("report_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("original_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("impostor_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("followed_from", sa.Date(), nullable=True),
        sa.Column("score_percent", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("state", sa.String(length=10), nullable=False),
        sa.Column("applied_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("decided_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("decided_by", sa.String(length=60), nullable=False),
        sa.Column("note", sa.String(length=200), nullable=False),
        sa.Column("finished_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("cursor", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("moved", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("already", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("blocked", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("inactive", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("earlier", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("moved_before", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("returned", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("merged", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("kept", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.CheckConstraint(
            "(decided_at IS NULL) = (decided_by = '')", name=op.f("ck_follower_migration_decided_by")
        ),
        sa.CheckConstraint(
            "(state = 'applied') = (decided_at IS NULL)", name=op.f("ck_follower_migration_decided")
        ),
        sa.CheckConstraint(
            "(state IN ('moved', 'returned')) = (finished_at IS NOT NULL)",
            name=op.f("ck_follower_migration_finished"),
        ),
        sa.CheckConstraint(
            "state IN ('applied', 'rejected', 'approved', 'running', 'paused', 'moved', 'returning', 'returned')",
            name=op.f("ck_follower_migration_state"),
        ),
        sa.CheckConstraint("decided_at >= applied_at", name=op.f("ck_follower_migration_decided_after")),
        sa.CheckConstraint("original_id <> impostor_id", name=op.f("ck_follower_migration_sides")),
        sa.CheckConstraint("score_percent BETWEEN 0 AND 100", name=op.f("ck_follower_migration_score")),
        sa.ForeignKeyConstraint(
            ["impostor_id"], ["creator.id"], name=op.f("fk_follower_migration_impostor_id_creator")
        ),
        sa.ForeignKeyConstraint(
            ["original_id"], ["creator.id"], name=op.f("fk_follower_migration_original_id_creator")
        ),
        sa.ForeignKeyConstraint(
            ["report_id"],
            ["infringement_report.id"],
            name=op.f("fk_follower_migration_report_id_infringement_report"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_follower_migration")),
        sqlite_autoincrement=True,
    )
    with op.batch_alter_table("follower_migration", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_follower_migration_report_id"), ["report_id"], unique=False)
        batch_op.create_index("ix_follower_migration_state", ["state"], unique=False)
        batch_op.create_index(
            "uq_follower_migration_active",
            ["impostor_id"],
            unique=True,
            sqlite_where=sa.text("state IN ('approved', 'running', 'paused', 'returning')"),
            postgresql_where=sa.text("state IN ('approved', 'running', 'paused', 'returning')"),
        )
        batch_op.create_index(
            "uq_follower_migration_open",
            ["original_id", "impostor_id"],
            unique=True,
            sqlite_where=sa.text(
                "state IN ('applied', 'approved', 'running', 'paused', 'moved', 'returning')"
            ),
            postgresql_where=sa.text(
                "state IN ('applied', 'approved', 'running', 'paused', 'moved', 'returning')"
            ),
        )

    op.create_table(
        "infringement_appeal",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("report_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("side", sa.String(length=8), nullable=False),
        sa.Column("creator_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("reason", sa.String(length=200), nullable=False),
        sa.Column("evidence", sa.String(length=16), nullable=False),
        sa.Column("submitted_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("decided_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("granted", sa.Boolean(), nullable=True),
        sa.Column("note", sa.String(length=200), nullable=False),
        sa.CheckConstraint("side IN ('accused', 'reporter')", name=op.f("ck_infringement_appeal_side")),
        sa.CheckConstraint(
            "(decided_at IS NULL) = (granted IS NULL)", name=op.f("ck_infringement_appeal_decided")
        ),
        sa.CheckConstraint(
            "decided_at IS NULL OR decided_at >= submitted_at",
            name=op.f("ck_infringement_appeal_decided_after"),
        ),
        sa.ForeignKeyConstraint(
            ["creator_id"], ["creator.id"], name=op.f("fk_infringement_appeal_creator_id_creator")
        ),
        sa.ForeignKeyConstraint(
            ["report_id"],
            ["infringement_report.id"],
            name=op.f("fk_infringement_appeal_report_id_infringement_report"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_infringement_appeal")),
        sa.UniqueConstraint("report_id", "side", name=op.f("uq_infringement_appeal_report_id_side")),
        sqlite_autoincrement=True,
    )
    with op.batch_alter_table("infringement_appeal", schema=None) as batch_op:
        batch_op.create_index("ix_infringement_appeal_creator_id", ["creator_id"], unique=False)

    op.create_table(
        "infringement_measure",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("report_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("work_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("creator_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("measure", sa.String(length=10), nullable=False),
        sa.Column("starts_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ends_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint(
            "measure <> 'rename' OR creator_id IS NOT NULL", name=op.f("ck_infringement_measure_account")
        ),
        sa.CheckConstraint(
            "measure IN ('rename', 'letter') OR (work_id IS NOT NULL AND creator_id IS NOT NULL)",
            name=op.f("ck_infringement_measure_target"),
        ),
        sa.CheckConstraint(
            "measure IN ('takedown', 'limit', 'pay', 'track', 'mute', 'rename', 'letter')",
            name=op.f("ck_infringement_measure_measure"),
        ),
        sa.CheckConstraint(
            "ends_at IS NULL OR ends_at >= starts_at", name=op.f("ck_infringement_measure_ends_after")
        ),
        sa.ForeignKeyConstraint(
            ["creator_id"], ["creator.id"], name=op.f("fk_infringement_measure_creator_id_creator")
        ),
        sa.ForeignKeyConstraint(
            ["report_id"],
            ["infringement_report.id"],
            name=op.f("fk_infringement_measure_report_id_infringement_report"),
        ),
        sa.ForeignKeyConstraint(["work_id"], ["work.id"], name=op.f("fk_infringement_measure_work_id_work")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_infringement_measure")),
        sa.UniqueConstraint("report_id", name=op.f("uq_infringement_measure_report_id")),
        sqlite_autoincrement=True,
    )
    with op.batch_alter_table("infringement_measure", schema=None) as batch_op:
        batch_op.create_index("ix_infringement_measure_creator_id", ["creator_id"], unique=False)
        batch_op.create_index("ix_infringement_measure_work_id", ["work_id"], unique=False)

    op.create_table(
        "infringement_step",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("report_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("sequence", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("event", sa.String(length=12), nullable=False),
        sa.Column("state", sa.String(length=16), nullable=False),
        sa.Column("actor_kind", sa.String(length=10), nullable=False),
        sa.Column("actor", sa.String(length=60), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("note", sa.String(length=200), nullable=False),
        sa.Column("body", sa.JSON().with_variant(postgresql.JSONB(), "postgresql"), nullable=False),
        sa.CheckConstraint(
            "actor_kind IN ('reporter', 'accused', 'reviewer', 'machine', 'clock')",
            name=op.f("ck_infringement_step_actor_kind"),
        ),
        sa.CheckConstraint("sequence > 0", name=op.f("ck_infringement_step_sequence")),
        sa.ForeignKeyConstraint(
            ["report_id"],
            ["infringement_report.id"],
            name=op.f("fk_infringement_step_report_id_infringement_report"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_infringement_step")),
        sa.UniqueConstraint("report_id", "sequence", name=op.f("uq_infringement_step_report_id_sequence")),
        sqlite_autoincrement=True,
    )
    op.create_table(
        "message",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("conversation_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("sequence", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("key", sa.String(length=80), nullable=False),
        sa.Column("speaker", sa.String(length=10), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("body", sa.JSON().with_variant(postgresql.JSONB(), "postgresql"), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("delivered_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("lane", sa.String(length=8), nullable=False),
        sa.Column("names", sa.JSON().with_variant(postgresql.JSONB(), "postgresql"), nullable=False),
        sa.Column("signals", sa.JSON().with_variant(postgresql.JSONB(), "postgresql"), nullable=False),
        sa.Column("agent_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("case_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("edited_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("deleted_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint("agent_id IS NULL OR speaker = 'agent'", name=op.f("ck_message_agent")),
        sa.CheckConstraint("lane IN ('case', 'deadline', 'bulk')", name=op.f("ck_message_lane")),
        sa.CheckConstraint("speaker IN ('creator', 'assistant', 'agent')", name=op.f("ck_message_speaker")),
        sa.ForeignKeyConstraint(
            ["agent_id"], ["support_agent.id"], name=op.f("fk_message_agent_id_support_agent")
        ),
        sa.ForeignKeyConstraint(
            ["case_id"], ["support_case.id"], name=op.f("fk_message_case_id_support_case")
        ),
        sa.ForeignKeyConstraint(
            ["conversation_id"], ["conversation.id"], name=op.f("fk_message_conversation_id_conversation")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_message")),
        sa.UniqueConstraint("conversation_id", "key", name=op.f("uq_message_conversation_id_key")),
        sa.UniqueConstraint("conversation_id", "sequence", name=op.f("uq_message_conversation_id_sequence")),
        sqlite_autoincrement=True,
    )
    with op.batch_alter_table("message", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_message_case_id"), ["case_id"], unique=False)
        batch_op.create_index(
            "ix_message_undelivered",
            ["conversation_id"],
            unique=False,
            sqlite_where=sa.text("delivered_at IS NULL"),
            postgresql_where=sa.text("delivered_at IS NULL"),
        )

    op.create_table(
        "order_event",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("order_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("key", sa.String(length=40), nullable=False),
        sa.Column("event", sa.String(length=10), nullable=False),
        sa.Column("by", sa.String(length=8), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("note", sa.String(length=200), nullable=False),
        sa.Column("tells", sa.String(length=200), nullable=False),
        sa.ForeignKeyConstraint(
            ["order_id"], ["brand_order.id"], name=op.f("fk_order_event_order_id_brand_order")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_order_event")),
        sa.UniqueConstraint("order_id", "key", name=op.f("uq_order_event_order_id_key")),
        sqlite_autoincrement=True,
    )
    op.create_table(
        "delivery",
        sa.Column(
            "message_id",
            sa.BigInteger().with_variant(sa.Integer(), "sqlite"),
            autoincrement=False,
            nullable=False,
        ),
        sa.Column("channel", sa.String(length=12), nullable=False),
        sa.Column("begun_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("floor", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("names", sa.JSON().with_variant(postgresql.JSONB(), "postgresql"), nullable=False),
        sa.Column("last_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("outcome", sa.String(length=8), nullable=True),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint("outcome IN ('sent', 'refused', 'blocked')", name=op.f("ck_delivery_outcome")),
        sa.CheckConstraint("(outcome IS NULL) = (ended_at IS NULL)", name=op.f("ck_delivery_ended")),
        sa.ForeignKeyConstraint(["message_id"], ["message.id"], name=op.f("fk_delivery_message_id_message")),
        sa.PrimaryKeyConstraint("message_id", name=op.f("pk_delivery")),
    )
    with op.batch_alter_table("delivery", schema=None) as batch_op:
        batch_op.create_index("ix_delivery_floor", ["channel", "floor"], unique=False)
        batch_op.create_index("ix_delivery_last_id", ["channel", "last_id"], unique=False)
        batch_op.create_index("ix_delivery_outcome", ["channel", "outcome"], unique=False)

    op.create_table(
        "follower_migration_step",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("migration_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("state", sa.String(length=10), nullable=False),
        sa.Column("actor", sa.String(length=60), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("note", sa.String(length=200), nullable=False),
        sa.ForeignKeyConstraint(
            ["migration_id"],
            ["follower_migration.id"],
            name=op.f("fk_follower_migration_step_migration_id_follower_migration"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_follower_migration_step")),
        sqlite_autoincrement=True,
    )
    with op.batch_alter_table("follower_migration_step", schema=None) as batch_op:
        batch_op.create_index("ix_follower_migration_step_migration_id", ["migration_id"], unique=False)

    op.create_table(
        "message_change",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("message_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("key", sa.String(length=80), nullable=False),
        sa.Column("kind", sa.String(length=6), nullable=False),
        sa.Column("agent_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("before", sa.Text(), nullable=False),
        sa.Column("body", sa.JSON().with_variant(postgresql.JSONB(), "postgresql"), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("applied_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint("kind IN ('edit', 'delete')", name=op.f("ck_message_change_kind")),
        sa.ForeignKeyConstraint(
            ["agent_id"], ["support_agent.id"], name=op.f("fk_message_change_agent_id_support_agent")
        ),
        sa.ForeignKeyConstraint(
            ["message_id"], ["message.id"], name=op.f("fk_message_change_message_id_message")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_message_change")),
        sa.UniqueConstraint("message_id", "key", name=op.f("uq_message_change_message_id_key")),
        sqlite_autoincrement=True,
    )
    with op.batch_alter_table("message_change", schema=None) as batch_op:
        batch_op.create_index(
            "ix_message_change_open",
            ["message_id"],
            unique=False,
            sqlite_where=sa.text("applied_at IS NULL"),
            postgresql_where=sa.text("applied_at IS NULL"),
        )

    op.create_table(
        "mirror_pair",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("chat", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("twin", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("message_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("from_group", sa.Boolean(), nullable=False),
        sa.Column("told_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["message_id"], ["message.id"], name=op.f("fk_mirror_pair_message_id_message")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_mirror_pair")),
        sa.UniqueConstraint("chat", "twin", name=op.f("uq_mirror_pair_chat_twin")),
        sqlite_autoincrement=True,
    )
    with op.batch_alter_table("mirror_pair", schema=None) as batch_op:
        batch_op.create_index("ix_mirror_pair_message", ["message_id"], unique=False)


def downgrade() -> None:
    with op.batch_alter_table("mirror_pair", schema=None) as batch_op:
        batch_op.drop_index("ix_mirror_pair_message")

    op.drop_table("mirror_pair")
    with op.batch_alter_table("message_change", schema=None) as batch_op:
        batch_op.drop_index(
            "ix_message_change_open",
            sqlite_where=sa.text("applied_at IS NULL"),
            postgresql_where=sa.text("applied_at IS NULL"),
        )

    op.drop_table("message_change")
    with op.batch_alter_table("follower_migration_step", schema=None) as batch_op:
        batch_op.drop_index("ix_follower_migration_step_migration_id")

    op.drop_table("follower_migration_step")
    with op.batch_alter_table("delivery", schema=None) as batch_op:
        batch_op.drop_index("ix_delivery_outcome")
        batch_op.drop_index("ix_delivery_last_id")
        batch_op.drop_index("ix_delivery_floor")

    op.drop_table("delivery")
    op.drop_table("order_event")
    with op.batch_alter_table("message", schema=None) as batch_op:
        batch_op.drop_index(
            "ix_message_undelivered",
            sqlite_where=sa.text("delivered_at IS NULL"),
            postgresql_where=sa.text("delivered_at IS NULL"),
        )
        batch_op.drop_index(batch_op.f("ix_message_case_id"))

    op.drop_table("message")
    op.drop_table("infringement_step")
    with op.batch_alter_table("infringement_measure", schema=None) as batch_op:
        batch_op.drop_index("ix_infringement_measure_work_id")
        batch_op.drop_index("ix_infringement_measure_creator_id")

    op.drop_table("infringement_measure")
    with op.batch_alter_table("infringement_appeal", schema=None) as batch_op:
        batch_op.drop_index("ix_infringement_appeal_creator_id")

    op.drop_table("infringement_appeal")
    with op.batch_alter_table("follower_migration", schema=None) as batch_op:
        batch_op.drop_index(
            "uq_follower_migration_open",
            sqlite_where=sa.text(
                "state IN ('applied', 'approved', 'running', 'paused', 'moved', 'returning')"
            ),
            postgresql_where=sa.text(
                "state IN ('applied', 'approved', 'running', 'paused', 'moved', 'returning')"
            ),
        )
        batch_op.drop_index(
            "uq_follower_migration_active",
            sqlite_where=sa.text("state IN ('approved', 'running', 'paused', 'returning')"),
            postgresql_where=sa.text("state IN ('approved', 'running', 'paused', 'returning')"),
        )
        batch_op.drop_index("ix_follower_migration_state")
        batch_op.drop_index(batch_op.f("ix_follower_migration_report_id"))

    op.drop_table("follower_migration")
    with op.batch_alter_table("desk_event", schema=None) as batch_op:
        batch_op.drop_index("ix_desk_event_case")
        batch_op.drop_index("ix_desk_event_agent")

    op.drop_table("desk_event")
    with op.batch_alter_table("desk_alert", schema=None) as batch_op:
        batch_op.drop_index(
            "ix_desk_alert_unseen",
            sqlite_where=sa.text("seen_at IS NULL"),
            postgresql_where=sa.text("seen_at IS NULL"),
        )

    op.drop_table("desk_alert")
    op.drop_table("course_review")
    op.drop_table("coupon_day")
    with op.batch_alter_table("copy_finding", schema=None) as batch_op:
        batch_op.drop_index("ix_copy_finding_owner_id")

    op.drop_table("copy_finding")
    op.drop_table("case_watch")
    op.drop_table("case_note")
    op.drop_table("case_event")
    with op.batch_alter_table("case_clock", schema=None) as batch_op:
        batch_op.drop_index("ix_case_clock_stopped")
        batch_op.drop_index(
            "ix_case_clock_due",
            sqlite_where=sa.text("due_at IS NOT NULL"),
            postgresql_where=sa.text("due_at IS NOT NULL"),
        )

    op.drop_table("case_clock")
    with op.batch_alter_table("work_video", schema=None) as batch_op:
        batch_op.drop_index("ix_work_video_received_at")

    op.drop_table("work_video")
    op.drop_table("work_topic")
    op.drop_table("work_music")
    op.drop_table("work_day")
    with op.batch_alter_table("work_curve", schema=None) as batch_op:
        batch_op.drop_index("ix_work_curve_source_id_part_day")

    op.drop_table("work_curve")
    with op.batch_alter_table("violation", schema=None) as batch_op:
        batch_op.drop_index("ix_violation_creator_id_day")

    op.drop_table("violation")
    with op.batch_alter_table("upload", schema=None) as batch_op:
        batch_op.drop_index("ix_upload_sha256")
        batch_op.drop_index("ix_upload_received")
        batch_op.drop_index(batch_op.f("ix_upload_creator_id"))

    op.drop_table("upload")
    with op.batch_alter_table("traffic_coupon", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_traffic_coupon_work_id"))
        batch_op.drop_index("ix_traffic_coupon_state_valid_until")
        batch_op.drop_index("ix_traffic_coupon_creator_id_state")

    op.drop_table("traffic_coupon")
    with op.batch_alter_table("support_case", schema=None) as batch_op:
        batch_op.drop_index(
            "uq_support_case_open",
            sqlite_where=sa.text("state <> 'resolved'"),
            postgresql_where=sa.text("state <> 'resolved'"),
        )
        batch_op.drop_index("ix_support_case_state")
        batch_op.drop_index(batch_op.f("ix_support_case_routed_to_id"))
        batch_op.drop_index("ix_support_case_resolved")
        batch_op.drop_index("ix_support_case_holder")
        batch_op.drop_index(batch_op.f("ix_support_case_creator_id"))
        batch_op.drop_index(batch_op.f("ix_support_case_conversation_id"))

    op.drop_table("support_case")
    with op.batch_alter_table("star_use", schema=None) as batch_op:
        batch_op.drop_index("ix_star_use_contract_id")

    op.drop_table("star_use")
    op.drop_table("star_step")
    op.drop_table("star_month")
    with op.batch_alter_table("proposal", schema=None) as batch_op:
        batch_op.drop_index("ix_proposal_creator_state")

    op.drop_table("proposal")
    with op.batch_alter_table("notice", schema=None) as batch_op:
        batch_op.drop_index(
            "ix_notice_waiting",
            sqlite_where=sa.text("state = 'waiting'"),
            postgresql_where=sa.text("state = 'waiting'"),
        )
        batch_op.drop_index(
            "ix_notice_new", sqlite_where=sa.text("state = 'new'"), postgresql_where=sa.text("state = 'new'")
        )
        batch_op.drop_index(
            "ix_notice_expiring",
            sqlite_where=sa.text("state = 'waiting'"),
            postgresql_where=sa.text("state = 'waiting'"),
        )
        batch_op.drop_index("ix_notice_creator_id_id")
        batch_op.drop_index("ix_notice_broadcast_id_state")

    op.drop_table("notice")
    op.drop_table("metric_alert")
    with op.batch_alter_table("infringement_report", schema=None) as batch_op:
        batch_op.drop_index(
            "uq_infringement_report_open_account",
            sqlite_where=sa.text("state IN ('submitted', 'needs_evidence', 'reviewing') AND work_id IS NULL"),
            postgresql_where=sa.text(
                "state IN ('submitted', 'needs_evidence', 'reviewing') AND work_id IS NULL"
            ),
        )
        batch_op.drop_index(
            "uq_infringement_report_open",
            sqlite_where=sa.text("state IN ('submitted', 'needs_evidence', 'reviewing')"),
            postgresql_where=sa.text("state IN ('submitted', 'needs_evidence', 'reviewing')"),
        )
        batch_op.drop_index("ix_infringement_report_suspect_creator_id")
        batch_op.drop_index("ix_infringement_report_state")
        batch_op.drop_index(batch_op.f("ix_infringement_report_owner_id"))
        batch_op.drop_index("ix_infringement_report_creator_id_submitted_at")

    op.drop_table("infringement_report")
    with op.batch_alter_table("fired_alert", schema=None) as batch_op:
        batch_op.drop_index("ix_fired_alert_creator_id_day")

    op.drop_table("fired_alert")
    op.drop_table("drama_share")
    op.drop_table("drama_rating")
    with op.batch_alter_table("drama_day", schema=None) as batch_op:
        batch_op.drop_index("ix_drama_day_series_id_day")

    op.drop_table("drama_day")
    with op.batch_alter_table("detection_scan_item", schema=None) as batch_op:
        batch_op.drop_index(
            "ix_detection_scan_item_not_checked",
            sqlite_where=sa.text("checked_at IS NULL"),
            postgresql_where=sa.text("checked_at IS NULL"),
        )

    op.drop_table("detection_scan_item")
    with op.batch_alter_table("curve_total", schema=None) as batch_op:
        batch_op.drop_index("ix_curve_total_creator")
        batch_op.drop_index("ix_curve_total_cohort")
        batch_op.drop_index("ix_curve_total_category")

    op.drop_table("curve_total")
    with op.batch_alter_table("course_sale", schema=None) as batch_op:
        batch_op.drop_index("ix_course_sale_state")
        batch_op.drop_index("ix_course_sale_course_id_bought_at")

    op.drop_table("course_sale")
    op.drop_table("course_chapter")
    with op.batch_alter_table("copy_permission", schema=None) as batch_op:
        batch_op.drop_index("ix_copy_permission_licensee_id")

    op.drop_table("copy_permission")
    with op.batch_alter_table("budget_slice", schema=None) as batch_op:
        batch_op.drop_index("ix_budget_slice_budget_id_released_at")

    op.drop_table("budget_slice")
    with op.batch_alter_table("brand_order", schema=None) as batch_op:
        batch_op.drop_index("ix_brand_order_tier_opened_at")
        batch_op.drop_index("ix_brand_order_state")
        batch_op.drop_index("ix_brand_order_creator_id")
        batch_op.drop_index("ix_brand_order_answer_by")

    op.drop_table("brand_order")
    op.drop_table("bank_answer")
    with op.batch_alter_table("work", schema=None) as batch_op:
        batch_op.drop_index("ix_work_creator_id_published_at")

    op.drop_table("work")
    with op.batch_alter_table("withdrawal", schema=None) as batch_op:
        batch_op.drop_index("ix_withdrawal_state")

    op.drop_table("withdrawal")
    op.drop_table("trend_factor")
    op.drop_table("trend_earning")
    with op.batch_alter_table("trend", schema=None) as batch_op:
        batch_op.drop_index("ix_trend_day_kind_category_low")

    op.drop_table("trend")
    with op.batch_alter_table("task_claim", schema=None) as batch_op:
        batch_op.drop_index(
            "uq_task_claim_active",
            sqlite_where=sa.text("state = 'active'"),
            postgresql_where=sa.text("state = 'active'"),
        )
        batch_op.drop_index("ix_task_claim_state_id")

    op.drop_table("task_claim")
    with op.batch_alter_table("support_shift", schema=None) as batch_op:
        batch_op.drop_index("ix_support_shift_weekday")

    op.drop_table("support_shift")
    with op.batch_alter_table("star_contract", schema=None) as batch_op:
        batch_op.drop_index("ix_star_contract_state")
        batch_op.drop_index("ix_star_contract_creator_id")

    op.drop_table("star_contract")
    with op.batch_alter_table("specialist", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_specialist_agent_id"))

    op.drop_table("specialist")
    with op.batch_alter_table("shelf_item", schema=None) as batch_op:
        batch_op.drop_index(
            "uq_shelf_item_open",
            postgresql_where=sa.text("removed_at IS NULL"),
            sqlite_where=sa.text("removed_at IS NULL"),
        )
        batch_op.drop_index("ix_shelf_item_product_id")

    op.drop_table("shelf_item")
    with op.batch_alter_table("sample_request", schema=None) as batch_op:
        batch_op.drop_index("ix_sample_request_creator_id")

    op.drop_table("sample_request")
    with op.batch_alter_table("sale", schema=None) as batch_op:
        batch_op.drop_index("ix_sale_creator_id_bought_on")
        batch_op.drop_index("ix_sale_bought_on")

    op.drop_table("sale")
    with op.batch_alter_table("product_dislike", schema=None) as batch_op:
        batch_op.drop_index("ix_product_dislike_creator_id")

    op.drop_table("product_dislike")
    op.drop_table("product_day")
    with op.batch_alter_table("pre_publish_check", schema=None) as batch_op:
        batch_op.drop_index("ix_pre_publish_check_creator")

    op.drop_table("pre_publish_check")
    op.drop_table("peer_result")
    with op.batch_alter_table("payout_hold", schema=None) as batch_op:
        batch_op.drop_index("ix_payout_hold_creator_id_released_at")

    op.drop_table("payout_hold")
    op.drop_table("notice_times")
    op.drop_table("muted_topic")
    op.drop_table("mirror_topic")
    with op.batch_alter_table("messenger_link", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_messenger_link_creator_id"))

    op.drop_table("messenger_link")
    with op.batch_alter_table("link_code", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_link_code_creator_id"))

    op.drop_table("link_code")
    with op.batch_alter_table("ledger_transfer", schema=None) as batch_op:
        batch_op.drop_index(
            "uq_ledger_transfer_corrects",
            postgresql_where=sa.text("corrects IS NOT NULL"),
            sqlite_where=sa.text("corrects IS NOT NULL"),
        )
        batch_op.drop_index("ix_ledger_transfer_settles_on")
        batch_op.drop_index("ix_ledger_transfer_debit_account_id_day")
        batch_op.drop_index("ix_ledger_transfer_credit_account_id_day")

    op.drop_table("ledger_transfer")
    with op.batch_alter_table("infringement_choice", schema=None) as batch_op:
        batch_op.drop_index("ix_infringement_choice_creator_id")

    op.drop_table("infringement_choice")
    with op.batch_alter_table("infringement_authorisation", schema=None) as batch_op:
        batch_op.drop_index("ix_infringement_authorisation_agent_id")

    op.drop_table("infringement_authorisation")
    op.drop_table("follower_total")
    op.drop_table("fan_profile")
    op.drop_table("drama_series")
    with op.batch_alter_table("desk_session", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_desk_session_agent_id"))

    op.drop_table("desk_session")
    op.drop_table("custom_metric")
    with op.batch_alter_table("creator_token", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_creator_token_issued_by"))
        batch_op.drop_index(batch_op.f("ix_creator_token_expires_at"))
        batch_op.drop_index(batch_op.f("ix_creator_token_creator_id"))

    op.drop_table("creator_token")
    op.drop_table("creator_income_day")
    with op.batch_alter_table("course", schema=None) as batch_op:
        batch_op.drop_index("ix_course_creator_id")

    op.drop_table("course")
    with op.batch_alter_table("conversation", schema=None) as batch_op:
        batch_op.drop_index("uq_conversation_open")
        batch_op.drop_index(batch_op.f("ix_conversation_creator_id"))

    op.drop_table("conversation")
    with op.batch_alter_table("case_request", schema=None) as batch_op:
        batch_op.drop_index(
            "ix_case_request_waiting",
            sqlite_where=sa.text("opened_at IS NULL"),
            postgresql_where=sa.text("opened_at IS NULL"),
        )
        batch_op.drop_index(batch_op.f("ix_case_request_creator_id"))

    op.drop_table("case_request")
    op.drop_table("budget")
    with op.batch_alter_table("broadcast", schema=None) as batch_op:
        batch_op.drop_index("ix_broadcast_activity_id")

    op.drop_table("broadcast")
    op.drop_table("board")
    op.drop_table("bank_account")
    op.drop_table("agent_messenger")
    with op.batch_alter_table("agent_link_code", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_agent_link_code_agent_id"))

    op.drop_table("agent_link_code")
    with op.batch_alter_table("activity_reminder", schema=None) as batch_op:
        batch_op.drop_index("ix_activity_reminder_activity_id")

    op.drop_table("activity_reminder")
    with op.batch_alter_table("activity_entry", schema=None) as batch_op:
        batch_op.drop_index("ix_activity_entry_creator_id")

    op.drop_table("activity_entry")
    op.drop_table("account_picture")
    op.drop_table("account_day")
    op.drop_table("unreachable_chat")
    with op.batch_alter_table("unanswered_question", schema=None) as batch_op:
        batch_op.drop_index("ix_unanswered_question_last_at")

    op.drop_table("unanswered_question")
    with op.batch_alter_table("turn_figure", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_turn_figure_at"))

    op.drop_table("turn_figure")
    op.drop_table("trend_day")
    op.drop_table("topic_standing")
    with op.batch_alter_table("task_request", schema=None) as batch_op:
        batch_op.drop_index(
            "ix_task_request_unfinished",
            sqlite_where=sa.text("finished_at IS NULL"),
            postgresql_where=sa.text("finished_at IS NULL"),
        )
        batch_op.drop_index(
            "ix_task_request_not_handed",
            sqlite_where=sa.text("handed_at IS NULL"),
            postgresql_where=sa.text("handed_at IS NULL"),
        )

    op.drop_table("task_request")
    op.drop_table("support_agent")
    with op.batch_alter_table("sign_in_try", schema=None) as batch_op:
        batch_op.drop_index("ix_sign_in_try_login")
        batch_op.drop_index("ix_sign_in_try_at")
        batch_op.drop_index("ix_sign_in_try_address")

    op.drop_table("sign_in_try")
    op.drop_table("reward_notice_watermark")
    op.drop_table("ranking_fit")
    op.drop_table("product")
    op.drop_table("platform_token")
    op.drop_table("model_use")
    op.drop_table("mirror_cursor")
    with op.batch_alter_table("link_attempt", schema=None) as batch_op:
        batch_op.drop_index("ix_link_attempt_channel_address_tried_at")

    op.drop_table("link_attempt")
    op.drop_table("ledger_account")
    op.drop_table("job_worker")
    with op.batch_alter_table("inbox_update", schema=None) as batch_op:
        batch_op.drop_index("ix_inbox_update_open")

    op.drop_table("inbox_update")
    op.drop_table("inactive_viewer")
    op.drop_table("growth_factor")
    op.drop_table("follower_move")
    op.drop_table("follower_edge")
    op.drop_table("follower_block")
    op.drop_table("detection_scan")
    op.drop_table("demo_day")
    op.drop_table("curve_source")
    with op.batch_alter_table("creator", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_creator_nickname"))
        batch_op.drop_index(batch_op.f("ix_creator_followers"))
        batch_op.drop_index("ix_creator_category_followers")

    op.drop_table("creator")
    op.drop_table("coupon_watermark")
    op.drop_table("canned_reply")
    with op.batch_alter_table("brand_brief", schema=None) as batch_op:
        batch_op.drop_index("ix_brand_brief_open")

    op.drop_table("brand_brief")
    with op.batch_alter_table("board_snapshot", schema=None) as batch_op:
        batch_op.drop_index("ix_board_snapshot_measure_span_starts_on")

    op.drop_table("board_snapshot")
    op.drop_table("board_place")
    with op.batch_alter_table("agent_link_try", schema=None) as batch_op:
        batch_op.drop_index("ix_agent_link_try_user")

    op.drop_table("agent_link_try")
    with op.batch_alter_table("activity", schema=None) as batch_op:
        batch_op.drop_index("ix_activity_ends_at")

    op.drop_table("activity")
