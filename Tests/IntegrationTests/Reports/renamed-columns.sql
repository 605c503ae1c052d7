-- Columns renamed by letter case alone, by CHANGE, dropped and added under another type, names swapped in one ALTER.
-- Reported as apache/flink-cdc#2144, PeerDB-io/peerdb#3932, Altinity/clickhouse-sink-connector#572.

-- [before]
CREATE TABLE renamed (id INT NOT NULL PRIMARY KEY, UserName VARCHAR(10), other INT);
INSERT INTO renamed VALUES (1, 'a', 1);

-- [after]
ALTER TABLE renamed RENAME COLUMN UserName TO username;
INSERT INTO renamed VALUES (2, 'b', 2);
ALTER TABLE renamed CHANGE username user_name VARCHAR(20) NOT NULL DEFAULT '';
INSERT INTO renamed VALUES (3, 'c', 3);
ALTER TABLE renamed DROP COLUMN other;
ALTER TABLE renamed ADD COLUMN other VARCHAR(10) DEFAULT 'new';
INSERT INTO renamed VALUES (4, 'd', 't4');
UPDATE renamed SET user_name = 'aa' WHERE id = 1;
ALTER TABLE renamed RENAME COLUMN user_name TO x, RENAME COLUMN other TO user_name;
INSERT INTO renamed VALUES (5, 'e', 't5');

-- [end]
-- renamed: 5 rows
