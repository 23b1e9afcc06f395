"""FitTrackee's API: its views and their responses."""
