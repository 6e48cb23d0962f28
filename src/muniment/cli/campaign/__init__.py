"""The commands of ``muniment campaign``: one thin file per command, loaded when it is called."""
