"""Events become rows: pure reducers, and the SQL around them."""
