-- Sessions that log only some columns of a row (binlog_row_image MINIMAL and NOBLOB).
-- Reported as pingcap/dm#2091, zendesk/maxwell#198, zendesk/maxwell#175, danfengcao/binlog2sql#71.

-- [before]
CREATE TABLE partial (
    id INT NOT NULL PRIMARY KEY,
    a INT DEFAULT 7,
    b VARCHAR(10),
    c TEXT,
    d INT NOT NULL DEFAULT 3,
    e1 INT,
    e2 INT,
    e3 INT,
    e4 INT,
    e5 INT
);
INSERT INTO partial VALUES (1, 1, 'b1', 'text1', 1, 1, 2, 3, 4, 5), (2, 2, 'b2', 'text2', 2, 1, 2, 3, 4, 5);

-- [after]
SET SESSION binlog_row_image = 'MINIMAL';
UPDATE partial SET a = 10 WHERE id = 1;
INSERT INTO partial (id, b) VALUES (3, 'b3');
UPDATE partial SET id = 20 WHERE id = 2;
INSERT INTO partial (id, b) VALUES (4, 'b4');
DELETE FROM partial WHERE id = 4;
SET SESSION binlog_row_image = 'NOBLOB';
UPDATE partial SET b = 'b1x' WHERE id = 1;
SET SESSION binlog_row_image = 'FULL';
UPDATE partial SET d = 9 WHERE id = 3;

-- [end]
-- A replica applies whole rows, and logs them.
-- partial: 3 rows
