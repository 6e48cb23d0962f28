"""The nouns: frozen values that every layer may use and that know nothing of files, networks or databases."""
