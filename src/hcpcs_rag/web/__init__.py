"""The web chat: ``render`` draws, ``chat`` lays out, ``serve`` starts."""
