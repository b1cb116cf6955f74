"""What Streamlit runs, again and again; all else is imported once."""

from dashboard.shell import main

main()
