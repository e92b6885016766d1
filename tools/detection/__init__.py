"""Original protection: infringement reports and their outcome."""
