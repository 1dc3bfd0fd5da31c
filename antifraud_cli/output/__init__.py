"""How answers look: one file a format, `views` decides what is said."""
