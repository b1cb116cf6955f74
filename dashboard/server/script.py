"""Script that Streamlit reruns; all other modules are imported once."""

from dashboard.server.shell import main

main()
