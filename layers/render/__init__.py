"""Pictures of a snapshot: the Folium page and the tokens that every picture shares."""
