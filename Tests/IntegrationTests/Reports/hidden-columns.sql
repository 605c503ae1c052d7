-- Generated columns, and the hidden columns behind functional and multi-valued indexes.
-- Reported as alibaba/canal#5550, zendesk/maxwell#1565, pingcap/tiflow#11704, pingcap/tidb#8761.

-- [before]
CREATE TABLE computed (
    id INT NOT NULL PRIMARY KEY,
    base SMALLINT UNSIGNED NOT NULL,
    twice INT AS (base * 2) VIRTUAL,
    thrice INT AS (base * 3) STORED NOT NULL,
    settings VARCHAR(50),
    parsed JSON AS (CAST(settings AS JSON)) VIRTUAL
);
INSERT INTO computed (id, base, settings) VALUES (1, 10, '{}'), (2, 65535, '{"a": 12}');
CREATE TABLE indexed (
    id BIGINT NOT NULL AUTO_INCREMENT PRIMARY KEY,
    phone VARCHAR(20),
    tags JSON,
    extra INT DEFAULT 7,
    KEY ending ((RIGHT(phone, 4))),
    KEY members ((CAST(tags->'$' AS UNSIGNED ARRAY)))
);
INSERT INTO indexed (id, phone, tags) VALUES (1, '0800111222', '[1,2]');

-- [after]
INSERT INTO computed (id, base, settings) VALUES (3, 15, NULL);
UPDATE computed SET settings = '{"a": 13}', base = 11 WHERE id = 1;
ALTER TABLE computed ADD COLUMN fourfold INT AS (base * 4) VIRTUAL AFTER base;
INSERT INTO computed (id, base, settings) VALUES (4, 1, '[1]');
UPDATE computed SET base = 2 WHERE id = 2;
INSERT INTO indexed (id, phone, tags) VALUES (2, '0800999888', '[3]');
ALTER TABLE indexed ADD KEY beginning ((SUBSTR(phone, 1, 4)));
INSERT INTO indexed (id, phone, tags) VALUES (3, '0711', '[]');
UPDATE indexed SET extra = 8 WHERE id = 1;
DELETE FROM indexed WHERE id = 2;

-- [end]
-- computed: 4 rows
-- indexed: 2 rows
