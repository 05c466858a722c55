"""Gets the parts Spaces runs on, starts and stops them, and runs the checks.

Standard library only: it runs with the system's Python before `.venv` exists. The Makefile calls it as
`python3 -m stack COMMAND`.
"""
