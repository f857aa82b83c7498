"""Tests of triage: from words and pins to a category and a grid."""
