"""Programmes, the ledger, earnings and payouts."""
