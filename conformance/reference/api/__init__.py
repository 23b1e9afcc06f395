"""FitTrackee's API around OAuth: views and their answers."""
