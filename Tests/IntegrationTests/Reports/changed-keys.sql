-- A primary key that is added, extended and replaced.
-- Reported as Altinity/clickhouse-sink-connector#1455, Altinity/clickhouse-sink-connector#1472.

-- [before]
SET SESSION sql_generate_invisible_primary_key = OFF;
CREATE TABLE keyed (a INT NOT NULL, b INT NOT NULL, v VARCHAR(10), UNIQUE KEY (a, b));
INSERT INTO keyed VALUES (1, 1, 'x'), (1, 2, 'y'), (1, 3, 'z');
CREATE TABLE replaced (id INT NOT NULL PRIMARY KEY, code VARCHAR(10) NOT NULL, v INT);
INSERT INTO replaced VALUES (1, 'A', 1), (2, 'B', 2);

-- [after]
ALTER TABLE keyed ADD COLUMN id INT UNSIGNED NOT NULL AUTO_INCREMENT FIRST, ADD PRIMARY KEY (id);
INSERT INTO keyed (a, b, v) VALUES (2, 2, 'w');
ALTER TABLE keyed DROP PRIMARY KEY, MODIFY id INT UNSIGNED NOT NULL, ADD PRIMARY KEY (a, id);
UPDATE keyed SET v = 'yy' WHERE b = 2 AND a = 1;
UPDATE keyed SET a = 9 WHERE b = 1 AND a = 1;
ALTER TABLE replaced DROP PRIMARY KEY, ADD PRIMARY KEY (code);
UPDATE replaced SET id = 1 WHERE code = 'B';
INSERT INTO replaced VALUES (1, 'C', 3);

-- [end]
-- keyed: 4 rows
-- replaced: 3 rows
