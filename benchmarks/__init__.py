"""How fast it is: from a cold start, warm, under load, at ingest, at a hundred times the size, and against the limit.

One command, ``python -m benchmarks``, measures, prints a table, and writes results, tables and plots. Every figure stands
beside what it is to be judged by, measured in the same run on the same machine: the textbook chain (``textbook.py``), or
what the processor and the memory can do at most (``limit.py``).
"""
