"""Evidence → draft statements, without a language model.

Facts come from official records (``records``), rules from relations (``rules``), everything else is a
sentence of a page as it stands there (``statements``). ``selection`` says which sentences answer;
``writing`` has one writer for each kind of question. What they return still has to pass the grounding.
"""
