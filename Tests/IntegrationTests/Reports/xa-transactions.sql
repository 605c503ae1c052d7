-- XA transactions that are rolled back, committed later than others, in one phase, and before more is written.
-- Reported as apache/flink-cdc#1239, block/spirit#1079, block/spirit#1042, zendesk/maxwell#1358.

-- [before]
CREATE TABLE prepared (id INT NOT NULL PRIMARY KEY, v VARCHAR(20));
INSERT INTO prepared VALUES (1, 'original');

-- [after]
SET SESSION xa_detach_on_prepare = ON;
XA START '{database}_a';
INSERT INTO prepared VALUES (10, 'rolled back');
UPDATE prepared SET v = 'never' WHERE id = 1;
XA END '{database}_a';
XA PREPARE '{database}_a';
INSERT INTO prepared VALUES (2, 'between');
XA ROLLBACK '{database}_a';
XA START '{database}_b';
INSERT INTO prepared VALUES (11, 'committed');
XA END '{database}_b';
XA PREPARE '{database}_b';
INSERT INTO prepared VALUES (12, 'before the commit');
XA COMMIT '{database}_b';
XA START '{database}_c';
INSERT INTO prepared VALUES (13, 'one phase');
XA END '{database}_c';
XA COMMIT '{database}_c' ONE PHASE;
XA START '{database}_d';
UPDATE prepared SET v = 'u1' WHERE id = 11;
XA END '{database}_d';
XA PREPARE '{database}_d';
XA COMMIT '{database}_d';
UPDATE prepared SET v = 'u2' WHERE id = 11;

-- [end]
-- prepared: 5 rows
