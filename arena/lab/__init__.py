"""The lab: people take part in a run, meet each other and models, and are paid."""
