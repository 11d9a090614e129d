"""SQL, one step a file; schema/ holds migrations, triggers, routines and roles."""
