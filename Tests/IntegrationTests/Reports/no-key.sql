-- Tables without any key, with equal rows.
-- Reported as Altinity/clickhouse-sink-connector#1394, Altinity/clickhouse-sink-connector#39,
-- bakwc/mysql_ch_replicator#16.

-- [before]
SET SESSION sql_generate_invisible_primary_key = OFF;
CREATE TABLE bag (a INT, b VARCHAR(10));
INSERT INTO bag VALUES (1, 'x'), (1, 'x'), (1, 'x'), (2, 'y'), (NULL, NULL);
CREATE TABLE version (number VARCHAR(32));
INSERT INTO version VALUES ('abc');

-- [after]
DELETE FROM bag WHERE a = 1 LIMIT 1;
INSERT INTO bag VALUES (1, 'x'), (2, 'y');
UPDATE bag SET b = 'z' WHERE a = 2 LIMIT 1;
INSERT INTO bag VALUES (NULL, NULL);
DELETE FROM bag WHERE a IS NULL LIMIT 1;
INSERT INTO version VALUES ('def');

-- [end]
-- bag: 6 rows
-- version: 2 rows
