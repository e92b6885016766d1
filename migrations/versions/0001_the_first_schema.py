"""The first schema."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0001"
down_revision = None


def upgrade() -> None:
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
    )
    with op.batch_alter_table("creator", schema=None) as batch_op:
        batch_op.create_index("ix_creator_category_followers", ["category", "followers"], unique=False)
        batch_op.create_index(batch_op.f("ix_creator_followers"), ["followers"], unique=False)
        batch_op.create_index(batch_op.f("ix_creator_nickname"), ["nickname"], unique=False)

    op.create_table(
        "demo_day",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_demo_day")),
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
    )
    with op.batch_alter_table("inbox_update", schema=None) as batch_op:
        batch_op.create_index("ix_inbox_update_open", ["channel", "finished_at", "lane"], unique=False)

    op.create_table(
        "ledger_account",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("owner_kind", sa.String(length=10), nullable=False),
        sa.Column("owner", sa.String(length=60), nullable=False),
        sa.Column("asset", sa.String(length=8), nullable=False),
        sa.CheckConstraint("asset IN ('cash', 'traffic')", name=op.f("ck_ledger_account_asset")),
        sa.CheckConstraint(
            "owner_kind IN ('external', 'budget', 'unsettled', 'creator')",
            name=op.f("ck_ledger_account_owner_kind"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_ledger_account")),
        sa.UniqueConstraint("id", "asset", name=op.f("uq_ledger_account_id_asset")),
        sa.UniqueConstraint(
            "owner_kind", "owner", "asset", name=op.f("uq_ledger_account_owner_kind_owner_asset")
        ),
    )
    op.create_table(
        "link_attempt",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("channel", sa.String(length=12), nullable=False),
        sa.Column("address", sa.String(length=64), nullable=False),
        sa.Column("tried_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_link_attempt")),
    )
    with op.batch_alter_table("link_attempt", schema=None) as batch_op:
        batch_op.create_index(
            "ix_link_attempt_channel_address_tried_at", ["channel", "address", "tried_at"], unique=False
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
        sa.Column("checkpoint", sa.String(length=64), nullable=True),
        sa.ForeignKeyConstraint(
            ["creator_id"], ["creator.id"], name=op.f("fk_conversation_creator_id_creator")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_conversation")),
    )
    with op.batch_alter_table("conversation", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_conversation_creator_id"), ["creator_id"], unique=False)
        batch_op.create_index("uq_conversation_open", ["channel", "address", "thread", "owner"], unique=True)

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
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint(
            "purpose <> 'incentive' OR program IS NOT NULL", name=op.f("ck_ledger_transfer_program")
        ),
        sa.CheckConstraint(
            "purpose IN ('incentive', 'live_gifts', 'goods', 'brand_orders', 'courses', 'funding', 'settlement', 'withdrawal', 'tax')",
            name=op.f("ck_ledger_transfer_purpose"),
        ),
        sa.CheckConstraint("state IN ('posted')", name=op.f("ck_ledger_transfer_state")),
        sa.CheckConstraint("amount > 0", name=op.f("ck_ledger_transfer_amount")),
        sa.CheckConstraint(
            "debit_account_id <> credit_account_id", name=op.f("ck_ledger_transfer_two_accounts")
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
    )
    with op.batch_alter_table("ledger_transfer", schema=None) as batch_op:
        batch_op.create_index(
            "ix_ledger_transfer_credit_account_id_day", ["credit_account_id", "day"], unique=False
        )
        batch_op.create_index(
            "ix_ledger_transfer_debit_account_id_day", ["debit_account_id", "day"], unique=False
        )
        batch_op.create_index("ix_ledger_transfer_settles_on", ["settles_on"], unique=False)

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
    )
    with op.batch_alter_table("messenger_link", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_messenger_link_creator_id"), ["creator_id"], unique=False)

    op.create_table(
        "withdrawal",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("creator_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("amount_fen", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("tax_fen", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("destination", sa.String(length=60), nullable=False),
        sa.Column("state", sa.String(length=8), nullable=False),
        sa.Column("requested_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("paid_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("state IN ('paid')", name=op.f("ck_withdrawal_state")),
        sa.CheckConstraint("amount_fen > 0", name=op.f("ck_withdrawal_amount")),
        sa.CheckConstraint("paid_at >= requested_at", name=op.f("ck_withdrawal_paid")),
        sa.CheckConstraint("tax_fen >= 0 AND tax_fen < amount_fen", name=op.f("ck_withdrawal_tax")),
        sa.ForeignKeyConstraint(
            ["creator_id"], ["creator.id"], name=op.f("fk_withdrawal_creator_id_creator")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_withdrawal")),
        sa.UniqueConstraint("creator_id", "requested_at", name=op.f("uq_withdrawal_creator_id_requested_at")),
    )
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
    )
    with op.batch_alter_table("work", schema=None) as batch_op:
        batch_op.create_index("ix_work_creator_id_published_at", ["creator_id", "published_at"], unique=False)

    op.create_table(
        "infringement_report",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("creator_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("work_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("work_public_id", sa.String(length=24), nullable=False),
        sa.Column("work_title", sa.String(length=120), nullable=False),
        sa.Column("suspect_key", sa.String(length=600), nullable=False),
        sa.Column("suspect_url", sa.String(length=500), nullable=True),
        sa.Column("suspect_author", sa.String(length=40), nullable=True),
        sa.Column("suspect_creator_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("reason", sa.String(length=200), nullable=False),
        sa.Column("state", sa.String(length=10), nullable=False),
        sa.Column("submitted_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("accepted_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("decided_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("note", sa.String(length=200), nullable=False),
        sa.CheckConstraint(
            "(state = 'submitted') = (accepted_at IS NULL)", name=op.f("ck_infringement_report_accepted")
        ),
        sa.CheckConstraint(
            "(state IN ('upheld', 'rejected')) = (decided_at IS NOT NULL)",
            name=op.f("ck_infringement_report_decided"),
        ),
        sa.CheckConstraint(
            "state IN ('submitted', 'reviewing', 'upheld', 'rejected')",
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
            ["suspect_creator_id"],
            ["creator.id"],
            name=op.f("fk_infringement_report_suspect_creator_id_creator"),
        ),
        sa.ForeignKeyConstraint(["work_id"], ["work.id"], name=op.f("fk_infringement_report_work_id_work")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_infringement_report")),
    )
    with op.batch_alter_table("infringement_report", schema=None) as batch_op:
        batch_op.create_index(
            "ix_infringement_report_creator_id_submitted_at", ["creator_id", "submitted_at"], unique=False
        )
        batch_op.create_index(
            "uq_infringement_report_open",
            ["work_id", "suspect_key"],
            unique=True,
            sqlite_where=sa.text("state IN ('submitted', 'reviewing')"),
            postgresql_where=sa.text("state IN ('submitted', 'reviewing')"),
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
        sa.CheckConstraint("speaker IN ('creator', 'assistant', 'agent')", name=op.f("ck_message_speaker")),
        sa.ForeignKeyConstraint(
            ["conversation_id"], ["conversation.id"], name=op.f("fk_message_conversation_id_conversation")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_message")),
        sa.UniqueConstraint("conversation_id", "key", name=op.f("uq_message_conversation_id_key")),
        sa.UniqueConstraint("conversation_id", "sequence", name=op.f("uq_message_conversation_id_sequence")),
    )
    with op.batch_alter_table("message", schema=None) as batch_op:
        batch_op.create_index("ix_message_undelivered", ["delivered_at", "conversation_id"], unique=False)

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
        "support_case",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("creator_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("conversation_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("state", sa.String(length=10), nullable=False),
        sa.Column("reason", sa.String(length=200), nullable=False),
        sa.Column("transcript", sa.JSON().with_variant(postgresql.JSONB(), "postgresql"), nullable=False),
        sa.Column("opened_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("holder", sa.String(length=40), nullable=True),
        sa.Column("resolved_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint(
            "(state = 'assigned') = (holder IS NOT NULL)", name=op.f("ck_support_case_holder")
        ),
        sa.CheckConstraint(
            "(state = 'resolved') = (resolved_at IS NOT NULL)", name=op.f("ck_support_case_resolved")
        ),
        sa.CheckConstraint("state IN ('queued', 'assigned', 'resolved')", name=op.f("ck_support_case_state")),
        sa.ForeignKeyConstraint(
            ["conversation_id"],
            ["conversation.id"],
            name=op.f("fk_support_case_conversation_id_conversation"),
        ),
        sa.ForeignKeyConstraint(
            ["creator_id"], ["creator.id"], name=op.f("fk_support_case_creator_id_creator")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_support_case")),
    )
    with op.batch_alter_table("support_case", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_support_case_conversation_id"), ["conversation_id"], unique=False
        )
        batch_op.create_index(batch_op.f("ix_support_case_creator_id"), ["creator_id"], unique=False)
        batch_op.create_index("ix_support_case_state", ["state", "opened_at"], unique=False)

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
    )
    with op.batch_alter_table("violation", schema=None) as batch_op:
        batch_op.create_index("ix_violation_creator_id_day", ["creator_id", "day"], unique=False)

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
    )


def downgrade() -> None:
    op.drop_table("work_day")
    with op.batch_alter_table("violation", schema=None) as batch_op:
        batch_op.drop_index("ix_violation_creator_id_day")

    op.drop_table("violation")
    with op.batch_alter_table("support_case", schema=None) as batch_op:
        batch_op.drop_index("ix_support_case_state")
        batch_op.drop_index(batch_op.f("ix_support_case_creator_id"))
        batch_op.drop_index(batch_op.f("ix_support_case_conversation_id"))

    op.drop_table("support_case")
    with op.batch_alter_table("proposal", schema=None) as batch_op:
        batch_op.drop_index("ix_proposal_creator_state")

    op.drop_table("proposal")
    with op.batch_alter_table("message", schema=None) as batch_op:
        batch_op.drop_index("ix_message_undelivered")

    op.drop_table("message")
    with op.batch_alter_table("infringement_report", schema=None) as batch_op:
        batch_op.drop_index(
            "uq_infringement_report_open",
            sqlite_where=sa.text("state IN ('submitted', 'reviewing')"),
            postgresql_where=sa.text("state IN ('submitted', 'reviewing')"),
        )
        batch_op.drop_index("ix_infringement_report_creator_id_submitted_at")

    op.drop_table("infringement_report")
    with op.batch_alter_table("work", schema=None) as batch_op:
        batch_op.drop_index("ix_work_creator_id_published_at")

    op.drop_table("work")
    op.drop_table("withdrawal")
    with op.batch_alter_table("messenger_link", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_messenger_link_creator_id"))

    op.drop_table("messenger_link")
    with op.batch_alter_table("link_code", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_link_code_creator_id"))

    op.drop_table("link_code")
    with op.batch_alter_table("ledger_transfer", schema=None) as batch_op:
        batch_op.drop_index("ix_ledger_transfer_settles_on")
        batch_op.drop_index("ix_ledger_transfer_debit_account_id_day")
        batch_op.drop_index("ix_ledger_transfer_credit_account_id_day")

    op.drop_table("ledger_transfer")
    with op.batch_alter_table("conversation", schema=None) as batch_op:
        batch_op.drop_index("uq_conversation_open")
        batch_op.drop_index(batch_op.f("ix_conversation_creator_id"))

    op.drop_table("conversation")
    op.drop_table("account_day")
    with op.batch_alter_table("link_attempt", schema=None) as batch_op:
        batch_op.drop_index("ix_link_attempt_channel_address_tried_at")

    op.drop_table("link_attempt")
    op.drop_table("ledger_account")
    with op.batch_alter_table("inbox_update", schema=None) as batch_op:
        batch_op.drop_index("ix_inbox_update_open")

    op.drop_table("inbox_update")
    op.drop_table("demo_day")
    with op.batch_alter_table("creator", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_creator_nickname"))
        batch_op.drop_index(batch_op.f("ix_creator_followers"))
        batch_op.drop_index("ix_creator_category_followers")

    op.drop_table("creator")
