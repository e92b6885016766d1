"""The text rules of the pre-publish check: pure modules over rules kept as data in tools/precheck/rules.

`rulebook.load_rules(paths=()) -> RuleBook` reads the packaged rules and an operator's own lists (OperatorError names file,
row and column); `RuleBook.check(text) -> tuple[TextFinding, ...]` (findings.py) gives blocks before warnings and then by
place; `RuleBook.version` changes exactly when a verdict may have changed because the rules or the engine did.
"""
