"""Videos as hostile files: frames decoded under limits, in processes that may die."""
