"""`python -m antifraud_cli`."""

from antifraud_cli.cli.main import main

main()
