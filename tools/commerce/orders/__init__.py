"""磁力聚星: brands' briefs, and creators' orders on them (FACTS S19)."""
