"""What police units, prisons and providers do together: the monthly meeting, its minutes and actions, agreements."""
