"""Questions to models in the batches of their providers: at half the price, within a day."""
