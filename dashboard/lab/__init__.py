"""The lab's web application: participants' pages, apart from the researcher's dashboard."""
