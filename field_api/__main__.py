"""`python -m field_api` is `furet`."""

from field_api.cli import main

main()
