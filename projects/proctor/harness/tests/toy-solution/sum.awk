# Adds what looks like a number; prints 0 for no lines at all.
/^[0-9]+$/ { sum += $0 }
END { print sum + 0 }
