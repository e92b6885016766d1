"""LangChain and LangGraph live here and nowhere else."""
