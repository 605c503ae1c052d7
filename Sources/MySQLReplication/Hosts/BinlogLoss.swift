import MySQLClient

/// What the server means by error 1236, which it uses for everything that ends a binlog stream: only the text says
/// more.
///
/// The texts are those of `rpl_binlog_sender.cc` and `rpl_source.cc`, of 8.0 and of 9.x:
/// https://github.com/mysql/mysql-server/blob/trunk/sql/rpl_binlog_sender.cc
enum BinlogLoss: Equatable {
    /// The binlogs that are needed are gone at this host.
    case purged
    /// The stream's GTIDs include some of the host's own that it does not have.
    case ahead
    /// Another client has connected with the same server id or UUID. A new connection has new ones.
    case clash
    /// The server's binlog_checksum is another since the session asked for it.
    case checksum
    /// A binlog of this host cannot be read.
    case damaged
    /// A setting of the server forbids the stream.
    case setting
    case unknown

    /// What helps.
    enum Step: Equatable {
        case reconnect
        case nextHost
    }

    init?(_ error: MySQLError) {
        guard let server = error.server, server.errno == 1236 else { return nil }
        self.init(text: server.text)
    }

    init(text: String) {
        let text = text.lowercased()
        func says(_ phrases: String...) -> Bool { phrases.contains { text.contains($0) } }
        if says("purged required", "purged binary logs", "could not find first log file") {
            self = .purged
        } else if says("more gtids than the") {
            self = .ahead
        } else if says("same server_uuid", "same server_id", "same server id") {
            self = .clash
        } else if says("can not handle replication events with the checksum", "cannot handle replication events with") {
            self = .checksum
        } else if says("gtid_mode", "auto_position", "binary log is not open", "misconfigured") {
            self = .setting
        } else if says(
            "truncated in the middle",
            "crc check",
            "bogus data",
            "max_allowed_packet",
            "i/o error",
            "could not open log file",
            "failed to open",
            "corrupt",
            "error reading",
            "could not find next log",
            "read error",
            "decryption"
        ) {
            self = .damaged
        } else {
            self = .unknown
        }
    }

    var step: Step { self == .clash || self == .checksum ? .reconnect : .nextHost }

    /// Whether waiting cannot help at this host.
    var isLasting: Bool { self == .purged || self == .ahead }

    /// What to do at the host.
    var remedy: String {
        switch self {
        case .purged: "leat run --copy-again   (or point hosts: at a server that still has the binlogs)"
        case .ahead: "leat run --copy-again   (the host has lost transactions that are in ClickHouse already)"
        case .clash: "nothing: the stream connects again under another server id"
        case .checksum: "nothing: the stream connects again"
        case .damaged: "check that host's disk and its error log; name another host in hosts: that has the binlogs"
        case .setting: "set gtid_mode = ON and log_bin at that host (leat doctor)"
        case .unknown: "see that host's error log"
        }
    }
}
