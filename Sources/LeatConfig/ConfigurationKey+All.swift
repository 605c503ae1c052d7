extension ConfigurationKey {
    /// Every key, in the order of the documentation.
    package static let all: [ConfigurationKey] = [
        .init(
            "sources",
            "section",
            default: "required",
            "The pipelines: one source each, under a name of your choice."
        ),
        .init(
            "sources.<name>",
            "section",
            default: "required",
            "A pipeline. The name (letters, digits, `-`, `_`, at most 64) marks its rows in `leat.*`, its metrics and logs."
        ),
        .init(
            "sources.<name>.database",
            "name",
            default: "the source's own name",
            "The ClickHouse database to write to, where the source has a single database. Not together with `prefix`."
        ),
        .init(
            "sources.<name>.prefix",
            "text",
            default: "none",
            "Put in front of the source's database names in ClickHouse: `prefix: eu_` makes `shop` into `eu_shop`."
        ),
        .init(
            "sources.<name>.objectives",
            "section",
            default: "see below",
            "What the pipeline is held to: conditions that are checked once a second, and the share of the checks that must "
                + "be good. They show in `leat status` and in the metrics `leat_slo_…`."
        ),
        .init(
            "sources.<name>.objectives.freshness",
            "section, or off",
            default: "{below: 60s, target: 99.9%}",
            "The warehouse is less than `below` behind the source."
        ),
        .init(
            "sources.<name>.objectives.freshness.below",
            "duration 100ms to 7d",
            default: "60s",
            "How late it may be."
        ),
        .init("sources.<name>.objectives.freshness.target", "share in percent", default: "99.9%", "Of the checks."),
        .init(
            "sources.<name>.objectives.completeness",
            "section, or off",
            default: "{target: 99.9%}",
            "Comparisons know of no row that differs; of measurements, no minute lacks points after it was read again. "
                + "A day without any comparison counts as bad, too."
        ),
        .init("sources.<name>.objectives.completeness.target", "share in percent", default: "99.9%", "Of the checks."),
        .init(
            "sources.<name>.objectives.verified-age",
            "section, or off",
            default: "off",
            "Every table was compared as a whole within `below`. Of MySQL sources only."
        ),
        .init(
            "sources.<name>.objectives.verified-age.below",
            "duration 1m to 365d",
            default: "24h",
            "How old the oldest comparison may be."
        ),
        .init("sources.<name>.objectives.verified-age.target", "share in percent", default: "99%", "Of the checks."),
        .init(
            "sources.<name>.objectives.schema-drift",
            "section, or off",
            default: "off",
            "No table is quarantined, as one is whose definition can no longer be followed."
        ),
        .init("sources.<name>.objectives.schema-drift.target", "share in percent", default: "100%", "Of the checks."),
        .init(
            "sources.<name>.objectives.volume",
            "list of sections",
            default: "none",
            "Tables in which something must happen: a source that has fallen silent shows here only."
        ),
        .init(
            "sources.<name>.objectives.volume.table",
            "database.table",
            default: "required",
            "A table of the source, or a measurement: `iot.readings`."
        ),
        .init(
            "sources.<name>.objectives.volume.per",
            "duration 10s to 30d",
            default: "1h",
            "The time that is looked at, up to now."
        ),
        .init(
            "sources.<name>.objectives.volume.at-least",
            "number 1 to 1000000000000",
            default: "1",
            "Rows that change, or points that come, in that time. Those of a first copy do not count."
        ),
        .init("sources.<name>.objectives.volume.target", "share in percent", default: "99%", "Of the checks."),
        .init("sources.<name>.mysql", "section", default: "this or `influxdb`", "A MySQL or MariaDB source."),
        .init(
            "sources.<name>.mysql.hosts",
            "list of host:port",
            default: "required",
            "Servers of one replication topology in order of preference; the next one takes over by GTID. The port defaults "
                + "to 3306."
        ),
        .init("sources.<name>.mysql.user", "text", default: "required", "The MySQL account."),
        .init(
            "sources.<name>.mysql.password",
            "secret",
            default: "empty",
            "Its password; better `${VARIABLE}` than the text."
        ),
        .init(
            "sources.<name>.mysql.password-file",
            "path",
            default: "none",
            "A file that holds the password, without or with one line end. Relative to the folder of the configuration file."
        ),
        .init(
            "sources.<name>.mysql.tls",
            "disabled, preferred, required, verify-ca, verify-full",
            default: "preferred",
            "Whether the connection is encrypted and the server's certificate checked."
        ),
        .init(
            "sources.<name>.mysql.tls-ca",
            "path",
            default: "the system's",
            "A PEM file with the certificates of the authorities to trust; with `tls: verify-ca` or `verify-full` only. "
                + "Relative to the folder of the configuration file."
        ),
        .init(
            "sources.<name>.mysql.tables",
            "list of patterns",
            default: "[\"*.*\"]",
            "Which tables to follow: `database.table` with `*` and `?`; `!` excludes and wins. System schemas never match. "
                + "A name with a dot in it is put in backticks."
        ),
        .init("sources.<name>.mysql.snapshot", "section", default: "see below", "How existing rows are copied."),
        .init(
            "sources.<name>.mysql.snapshot.connections",
            "number 1 to 64",
            default: "4",
            "Connections that read in parallel."
        ),
        .init(
            "sources.<name>.mysql.snapshot.rows-per-second",
            "number, or unlimited",
            default: "unlimited",
            "A limit on all of them together, to spare the source."
        ),
        .init(
            "sources.<name>.mysql.heartbeat",
            "section, or null",
            default: "null",
            "A row written to the source that goes the whole way. Needs the right to write."
        ),
        .init(
            "sources.<name>.mysql.heartbeat.host",
            "host:port",
            default: "required",
            "The server to write to: the primary."
        ),
        .init("sources.<name>.mysql.heartbeat.table", "database.table", default: "required", "The table to write to."),
        .init("sources.<name>.influxdb", "section", default: "this or `mysql`", "An InfluxDB source."),
        .init("sources.<name>.influxdb.url", "http or https URL", default: "required", "The server's address."),
        .init("sources.<name>.influxdb.database", "name", default: "required", "The InfluxDB database to follow."),
        .init("sources.<name>.influxdb.user", "text", default: "empty", "The InfluxDB user."),
        .init("sources.<name>.influxdb.password", "secret", default: "empty", "Its password."),
        .init("sources.<name>.influxdb.password-file", "path", default: "none", "A file that holds the password."),
        .init(
            "sources.<name>.influxdb.authentication",
            "basic, token",
            default: "basic",
            "`token` sends the password as a token, as InfluxDB 2.x and 3 Core want it."
        ),
        .init(
            "sources.<name>.influxdb.lookback",
            "duration 1s to 30d",
            default: "15m",
            "How late points may come and still be found soon: each window is read in full this long after its end. Later "
                + "ones are found by the sweep."
        ),
        .init(
            "sources.<name>.influxdb.listen",
            "host, host:port, or off",
            default: "127.0.0.1",
            "Where InfluxDB pushes new points to, an address under which it reaches Leat; without a port one that is free. "
                + "Needs an InfluxDB 1.x administrator. `off`: the newest points are polled each second."
        ),
        .init(
            "sources.<name>.influxdb.on-delete",
            "keep, mirror",
            default: "keep",
            "What happens to points that are deleted in InfluxDB. `mirror` removes them; what InfluxDB's own retention "
                + "removes stays in any case. "
                + "With `keep`, a point that is deleted within seconds of its writing may be removed, too, if nothing has "
                + "confirmed by then that InfluxDB took it."
        ),
        .init(
            "sources.<name>.influxdb.sweep",
            "duration 1s to 7d",
            default: "1h",
            "How often counts and sums of everything that InfluxDB retains are compared, and what differs is read again."
        ),
        .init(
            "sources.<name>.influxdb.ttl",
            "duration 1h to 36500d, or never",
            default: "never",
            "After how long ClickHouse forgets a point, counted from its time."
        ),
        .init("warehouse", "section", default: "required", "Where rows go."),
        .init("warehouse.clickhouse", "section", default: "required", "The ClickHouse server."),
        .init("warehouse.clickhouse.url", "http or https URL", default: "required", "Its HTTP interface."),
        .init("warehouse.clickhouse.user", "text", default: "default", "The ClickHouse user."),
        .init("warehouse.clickhouse.password", "secret", default: "empty", "Its password."),
        .init("warehouse.clickhouse.password-file", "path", default: "none", "A file that holds the password."),
        .init(
            "warehouse.clickhouse.cluster",
            "name, or null",
            default: "null",
            "A ClickHouse cluster: replicated engines, `ON CLUSTER`, sharded by key."
        ),
        .init(
            "warehouse.clickhouse.durability",
            "strict, relaxed",
            default: "strict",
            "`strict`: an insert is acknowledged only when it is on disk (`fsync_after_insert`). `relaxed` leaves that to the "
                + "operating system: faster, and a power cut may lose acknowledged rows."
        ),
        .init(
            "tables",
            "section",
            default: "none",
            "Only what differs from the defaults, by the source's `database.table`."
        ),
        .init(
            "tables.<table>",
            "section",
            default: "none",
            "The options of one table. It must be followed by a source."
        ),
        .init(
            "tables.<table>.order-by",
            "list of columns",
            default: "the primary key",
            "The raw table's sorting key."
        ),
        .init("tables.<table>.history", "on, off", default: "off", "Keep every change in `<database>_changes`."),
        .init(
            "tables.<table>.dates",
            "text, error, null",
            default: "text",
            "What becomes of dates that ClickHouse cannot hold (zero and partial dates, years before 1900 and after 2299). `text`: a column that holds one is carried as text, as MySQL prints it. `error`: the table is quarantined."
        ),
        .init(
            "tables.<table>.on-drop",
            "keep, drop",
            default: "keep",
            "What happens to the rows when the source drops the table. `keep` renames the raw table; the view goes either way."
        ),
        .init(
            "tables.<table>.on-alter",
            "rebuild, stop",
            default: "rebuild",
            "What happens after an ALTER TABLE that cannot be carried out in place. `rebuild`: the table is copied again, and shown as it was until then. `stop`: the table is quarantined."
        ),
        .init("tables.<table>.columns", "section", default: "none", "Options of columns, by the column's name."),
        .init("tables.<table>.columns.<column>", "section", default: "none", "The options of one column."),
        .init(
            "tables.<table>.columns.<column>.redact",
            "method",
            default: "none",
            "How the column's values are hidden."
        ),
        .init(
            "tables.<table>.columns.<column>.domain",
            "name",
            default: "none",
            "Columns of one domain stay joinable."
        ),
        .init("redaction", "section", default: "none", "What all redacted columns share."),
        .init("redaction.key", "secret", default: "none", "The key of the keyed methods."),
        .init("redaction.new-columns", "visible, …", default: "visible", "What happens to columns that appear later."),
        .init("batches", "section", default: "see below", "A batch is written when it reaches one of these."),
        .init("batches.rows", "number 1 to 16777216", default: "100000", "Rows in a batch."),
        .init("batches.bytes", "size 64KiB to 1GiB", default: "32MiB", "Bytes in a batch, as they lie in memory."),
        .init("batches.interval", "duration 1ms to 60s", default: "500ms", "Age of a batch's first row."),
        .init(
            "verification",
            "section",
            default: "see below",
            "The background comparison of both sides, table after table, while the pipelines run."
        ),
        .init("verification.background", "on, off", default: "on", "Whether it does."),
        .init(
            "verification.source-share",
            "per cent, 0.1% to 100%",
            default: "4%",
            "The share of the time that a source may be busy with it."
        ),
        .init(
            "verification.interval",
            "duration 1s to 30d",
            default: "10m",
            "A table is not compared again before so long."
        ),
        .init(
            "verification.checksums",
            "on, off",
            default: "on",
            "Whether the stream keeps a checksum of each table, with which ClickHouse's is compared: one table after the other, none more often than every 10 seconds."
        ),
        .init(
            "verification.warehouse-share",
            "per cent, 0.1% to 100%",
            default: "5%",
            "The share of the time that ClickHouse may be busy with comparing those checksums."
        ),
        .init("console", "section", default: "see below", "The web console, the admin API and `/metrics`."),
        .init("console.listen", "host:port", default: "127.0.0.1:18080", "The address to listen on."),
        .init("tracing", "section", default: "none", "Spans of batches, for a collector of traces."),
        .init(
            "tracing.otlp",
            "http or https URL, or off",
            default: "off",
            "A collector that takes OTLP over HTTP, without the path `/v1/traces`. It never holds up the work: spans that it "
                + "does not take are dropped."
        ),
        .init("log", "section", default: "see below", "What is logged; `--log-level` and `--log-format` come first."),
        .init(
            "log.level",
            "trace, debug, info, notice, warning, error, critical",
            default: "info",
            "The least level that is logged."
        ),
        .init("log.format", "auto, json, text", default: "auto", "`auto`: text on a terminal, JSON lines elsewhere."),
    ]
}
