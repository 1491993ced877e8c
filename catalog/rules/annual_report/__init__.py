"""The rules of annual reports: their steps, their punctuality, and what their shares are."""
