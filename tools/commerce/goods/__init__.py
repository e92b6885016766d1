"""Goods for creators without a supply chain (快分销, FACTS S20)."""
