"""Trains the reader: which sentence of a document answers a question? See README.md here."""
