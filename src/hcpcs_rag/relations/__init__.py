"""Rules between codes, mined from sentences, lists and tables, with their polarity.

``wording`` says how the words between two groups of codes tie them together; ``mining`` finds the groups
in the sentences, lists, fields and rows of a page. Precision comes first: where the wording holds anything
that may change the subject, nothing is taken.
"""
