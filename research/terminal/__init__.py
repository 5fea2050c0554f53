"""The command line of the package: options, commands, and how progress is shown."""
