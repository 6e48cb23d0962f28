"""The channels that messages leave by: mail, issues on GitHub, private lists, chats."""
