"""The commands of `guanghe`, grouped by who uses them; each imports what it needs when it runs."""
