"""Everything that is checked by machine. The folders mirror `src/eclosion`; `architecture` checks the house rules."""
