"""What every room stands on: database, money, periods, agent tools, proposals, invariants, jobs."""
