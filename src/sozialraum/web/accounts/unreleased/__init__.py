"""Unreleased figures for people of the house."""
