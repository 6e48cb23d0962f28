"""What is in force on the project's repositories, whichever file or rule it comes from."""
