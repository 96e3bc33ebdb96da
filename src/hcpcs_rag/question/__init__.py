"""A message and the conversation before it → one stand-alone ``Question``. Rules, no model.

``wording`` knows how questions are put, ``dialogue`` what a follow-up inherits, ``understanding`` puts the
question together.
"""
