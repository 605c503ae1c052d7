/// A server variable that must have one value, and why.
struct MySQLSetting {
    var name: String
    var wanted: String
    var severity = Finding.Severity.blocker
    var effect: String
    var remedy: String

    /// `binlog_format` → `mysql-binlog-format`.
    var check: String { "mysql-" + name.replacing("_", with: "-") }

    /// What a server must be set to so that its binlog can be followed exactly.
    ///
    /// Source: https://dev.mysql.com/doc/refman/9.4/en/replication-options-binary-log.html
    static let all: [MySQLSetting] = [
        MySQLSetting(
            name: "log_bin",
            wanted: "ON",
            effect: "there are no changes to follow",
            remedy: "start the server with --log-bin and a --server-id of its own"
        ),
        MySQLSetting(
            name: "binlog_format",
            wanted: "ROW",
            effect: "changes are logged as statements, which cannot be carried over exactly",
            remedy: "SET PERSIST binlog_format = 'ROW'   and let clients reconnect"
        ),
        MySQLSetting(
            name: "gtid_mode",
            wanted: "ON",
            effect: "a position would not survive a change of server",
            remedy:
                "set enforce_gtid_consistency = ON, then step gtid_mode through OFF_PERMISSIVE and ON_PERMISSIVE to ON"
        ),
        MySQLSetting(
            name: "binlog_row_image",
            wanted: "FULL",
            effect: "rows lack the columns that did not change",
            remedy: "SET PERSIST binlog_row_image = 'FULL'   and let clients reconnect"
        ),
        MySQLSetting(
            name: "binlog_row_metadata",
            wanted: "FULL",
            effect: "the binlog does not say which columns its rows have",
            remedy: "SET PERSIST binlog_row_metadata = 'FULL'"
        ),
        MySQLSetting(
            name: "binlog_row_value_options",
            wanted: "",
            effect: "changes of JSON columns are logged in part only",
            remedy: "SET PERSIST binlog_row_value_options = ''"
        ),
        MySQLSetting(
            name: "sync_binlog",
            wanted: "1",
            severity: .note,
            effect: "after a crash the server may lack transactions that are in ClickHouse already",
            remedy: "SET PERSIST sync_binlog = 1"
        ),
        MySQLSetting(
            name: "innodb_flush_log_at_trx_commit",
            wanted: "1",
            severity: .note,
            effect: "after a crash the server may lack transactions that are in ClickHouse already",
            remedy: "SET PERSIST innodb_flush_log_at_trx_commit = 1"
        ),
    ]
}
