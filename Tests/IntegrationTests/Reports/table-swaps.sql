-- Several tables renamed in one statement: the cut-over of an online migration, a swap, a move to another database.
-- Reported as apache/flink-cdc#3137, apache/flink-cdc#3876, Altinity/clickhouse-sink-connector#1384, github/gh-ost#544.

-- [before]
CREATE TABLE account (id INT NOT NULL PRIMARY KEY, balance INT);
INSERT INTO account VALUES (1, 10), (2, 20);
CREATE TABLE left_one (id INT NOT NULL PRIMARY KEY, a INT);
CREATE TABLE right_one (id INT NOT NULL PRIMARY KEY, b VARCHAR(10));
INSERT INTO left_one VALUES (1, 100);
INSERT INTO right_one VALUES (1, 'two');
CREATE TABLE archived (id INT NOT NULL PRIMARY KEY, v INT);
INSERT INTO archived VALUES (1, 1);

-- [after]
CREATE TABLE _account_gho LIKE account;
ALTER TABLE _account_gho ADD COLUMN currency CHAR(3) NOT NULL DEFAULT 'EUR', MODIFY balance BIGINT;
CREATE TABLE _account_ghc (id BIGINT NOT NULL AUTO_INCREMENT PRIMARY KEY, hint VARCHAR(64));
INSERT INTO _account_ghc (hint) VALUES ('heartbeat');
INSERT IGNORE INTO _account_gho (id, balance) SELECT id, balance FROM account;
UPDATE account SET balance = 11 WHERE id = 1;
REPLACE INTO _account_gho (id, balance) VALUES (1, 11);
INSERT INTO account VALUES (3, 30);
REPLACE INTO _account_gho (id, balance) VALUES (3, 30);
CREATE TABLE _account_del (id INT NOT NULL PRIMARY KEY) COMMENT = 'cut-over sentry';
DROP TABLE _account_del;
RENAME TABLE account TO _account_del, _account_gho TO account;
INSERT INTO account VALUES (4, 4000000000, 'USD');
UPDATE account SET currency = 'GBP' WHERE id = 2;
DROP TABLE _account_del;
DROP TABLE _account_ghc;
RENAME TABLE left_one TO in_between, right_one TO left_one, in_between TO right_one;
INSERT INTO left_one VALUES (2, 'into left');
INSERT INTO right_one VALUES (2, 200);
ALTER TABLE archived RENAME TO {database}_archive.archived;
INSERT INTO {database}_archive.archived VALUES (2, 2);

-- [end]
-- account: 4 rows
-- left_one: 2 rows
-- right_one: 2 rows
-- archived: gone
-- {database}_archive.archived: 2 rows
-- _account_gho: gone
-- _account_ghc: gone
-- _account_del: gone
-- in_between: gone
