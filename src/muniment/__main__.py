"""So that ``python -m muniment`` works as ``muniment`` does."""

from muniment.cli import main

main()
