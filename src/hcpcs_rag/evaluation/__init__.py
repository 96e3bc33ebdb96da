"""The yardstick: question sets, systems under test, measures, report, and the gate that CI runs.

Nothing the assistant does depends on this package; it only asks, reads what it is told, and counts.
"""
