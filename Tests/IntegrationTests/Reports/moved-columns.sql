-- Columns that are added first or in the middle, moved, and dropped: later values must not shift.
-- Reported as bakwc/mysql_ch_replicator#79, Altinity/clickhouse-sink-connector#1013.

-- [before]
CREATE TABLE moved (id INT NOT NULL PRIMARY KEY, a INT, b VARCHAR(10));
INSERT INTO moved VALUES (1, 10, 'x');

-- [after]
INSERT INTO moved VALUES (2, 20, 'y');
ALTER TABLE moved ADD COLUMN z INT DEFAULT 7 FIRST, ALGORITHM=INSTANT;
INSERT INTO moved VALUES (70, 3, 30, 'w');
ALTER TABLE moved ADD COLUMN m VARCHAR(5) AFTER a;
INSERT INTO moved VALUES (71, 4, 40, 'mm', 'v');
ALTER TABLE moved MODIFY b VARCHAR(10) FIRST;
INSERT INTO moved VALUES ('u', 72, 5, 50, 'nn');
ALTER TABLE moved DROP COLUMN a, ADD COLUMN a2 INT AFTER id;
INSERT INTO moved VALUES ('t', 73, 6, 60, 'oo');

-- [end]
-- moved: 6 rows
