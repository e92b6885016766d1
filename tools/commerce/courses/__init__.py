"""付费课堂: courses that creators sell, their sales and refunds (FACTS S21)."""
