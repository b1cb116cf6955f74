"""What Streamlit runs, again and again; all else is imported once."""

from dashboard.server.shell import main

main()
