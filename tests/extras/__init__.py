"""Tests of distributions of their own."""
