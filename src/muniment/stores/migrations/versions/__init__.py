"""One file per step, in order. A step never imports the present schema: it says what was meant then."""
