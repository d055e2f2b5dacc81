"""The only folder that knows Python: names, annotations, layout, and the plan of every emitted file."""
