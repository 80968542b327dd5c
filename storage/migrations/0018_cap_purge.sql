-- What caps counted long ago is found by its time, to be removed.

CREATE INDEX cap_use_oldest ON cap_use (slice);
