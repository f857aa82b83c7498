"""Tests of settings, rules and the demo county."""
