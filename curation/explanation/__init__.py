"""Why a value is what it is: what every source states, the lines and records that say so, and what was decided."""
