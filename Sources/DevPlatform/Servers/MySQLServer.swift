#if canImport(FoundationEssentials)
import FoundationEssentials
#else
import Foundation
#endif
#if canImport(Glibc)
import Glibc
#else
import Darwin
#endif

/// A MySQL server: the primary, or a replica that can be streamed from as well.
struct MySQLServer: ServerRecipe {
    let server: StackServer
    let plan: StackPlan

    private var isReplica: Bool { server == .mysqlReplica }
    private var port: Int { isReplica ? plan.ports.mysqlReplica : plan.ports.mysqlPrimary }
    private var configurationFile: String { home.folder(server) + "/my.cnf" }
    private var initFile: String { "\(home.secrets)/\(server.rawValue).sql" }
    private var client: MySQLClientProgram { MySQLClientProgram(plan: plan, server: server) }

    /// An option file for MySQL's own programs: the user `leat` over TCP.
    static func optionFile(_ home: StackHome, _ server: StackServer) -> String {
        "\(home.secrets)/\(server.rawValue).cnf"
    }

    /// The same for `root` over the Unix socket.
    static func rootOptionFile(_ home: StackHome, _ server: StackServer) -> String {
        "\(home.secrets)/\(server.rawValue)-root.cnf"
    }

    // MARK: Data folder

    var needsInitialising: Bool { access(home.dataFolder(server), F_OK) != 0 }

    func initialise() async throws {
        let unfinished = home.dataFolder(server) + ".new"
        try? FileManager.default.removeItem(atPath: unfinished)
        let offset = LogTail.size(home.log(server))
        // Own options only: the server's would make it write a binlog and run the init file here already.
        var arguments = [
            "--no-defaults", "--initialize-insecure", "--datadir=\(unfinished)", "--skip-log-bin",
            "--log-error-verbosity=1", "--innodb-buffer-pool-size=64M", "--loose-mysqlx=OFF", "--secure-file-priv=",
        ]
        if getuid() == 0 { arguments.append("--user=root") }
        var command = plan.command(server, try plan.binaries.path("mysqld", for: server), arguments)
        command.signalOnParentDeath = .kill
        let process = try await ChildProcess.start(command)
        let exit = await withTaskCancellationHandler {
            await process.exited()
        } onCancel: {
            process.send(signal: SIGKILL)
        }
        try Task.checkCancellation()
        guard exit.isSuccess else {
            throw failure(exit, log: LogTail.lines(home.log(server), after: offset))
        }
        guard rename(unfinished, home.dataFolder(server)) == 0 else {
            throw ServerStackError(
                .homeUnusable,
                server: server,
                message: "cannot rename \(unfinished): \(systemMessage(errno))",
                remedy: "choose a folder that you can write with --home"
            )
        }
    }

    // MARK: Configuration

    func configure() throws(ServerStackError) {
        try StackHome.write(configuration, to: configurationFile)
        try StackHome.write(statements.joined(separator: "\n") + "\n", to: initFile)
        try StackHome.write(
            """
            [client]
            user = \(StackPlan.user)
            password = "\(plan.secrets.mysql)"
            host = 127.0.0.1
            port = \(port)
            protocol = TCP

            """,
            to: Self.optionFile(home, server)
        )
        try StackHome.write(
            """
            [client]
            user = root
            password = "\(plan.secrets.mysqlRoot)"
            socket = \(Self.quoted(home.socket(server)))
            protocol = SOCKET

            """,
            to: Self.rootOptionFile(home, server)
        )
    }

    var configuration: String {
        let memory = plan.options.memory
        var lines = [
            "# Written by leat at every start: changes are lost.",
            "[mysqld]",
            "datadir = \(Self.quoted(home.dataFolder(server)))",
            "socket = \(Self.quoted(home.socket(server)))",
            "pid_file = \(Self.quoted(home.dataFolder(server) + "/mysqld.pid"))",
            "init_file = \(Self.quoted(initFile))",
            "port = \(port)",
            "bind_address = 127.0.0.1",
            "report_host = 127.0.0.1",
            "report_port = \(port)",
            "loose_mysqlx = OFF",
            "skip_name_resolve = ON",
            "secure_file_priv =",
            "local_infile = ON",
            "character_set_server = utf8mb4",
            "default_time_zone = '+00:00'",
            "",
            "# Replication",
            "server_id = \(isReplica ? 2 : 1)",
            "gtid_mode = ON",
            "enforce_gtid_consistency = ON",
            // Named, since the default names hold the machine's name, which may change.
            "log_bin = binlog",
            "relay_log = relay",
            "binlog_row_image = FULL",
            "binlog_row_metadata = FULL",
            "log_replica_updates = ON",
            "max_binlog_size = 256M",
            "binlog_expire_logs_seconds = 259200",
            "replica_net_timeout = 10",
            "",
            "# Sized for a laptop",
            "innodb_buffer_pool_size = \(isReplica ? memory.mysqlReplicaBufferPool : memory.mysqlPrimaryBufferPool)",
            "loose_innodb_redo_log_capacity = 256M",
            "innodb_log_buffer_size = 8M",
            "innodb_io_capacity = 1000",
            "performance_schema = OFF",
            "max_connections = 150",
            "table_open_cache = 400",
            "table_definition_cache = 400",
            "open_files_limit = 4096",
            "temptable_max_ram = 64M",
            "key_buffer_size = 1M",
            "max_allowed_packet = 256M",
            "",
        ]
        lines +=
            plan.options.relaxedDurability
            ? ["sync_binlog = 0", "innodb_flush_log_at_trx_commit = 2", "innodb_flush_method = O_DIRECT_NO_FSYNC"]
            : ["sync_binlog = 1", "innodb_flush_log_at_trx_commit = 1"]
        if isReplica {
            lines += [
                "super_read_only = ON",
                "replica_parallel_workers = 2",
                "replica_preserve_commit_order = ON",
                // The init file points it to the primary first, and then starts it.
                "skip_replica_start = ON",
            ]
        }
        if getuid() == 0 { lines.append("user = root") }
        return lines.joined(separator: "\n") + "\n"
    }

    /// Run by the server itself at every start, before it accepts connections: accounts, and where to replicate from.
    /// So a home whose ports have changed or whose server was killed half-way is set right again.
    var statements: [String] {
        let secrets = plan.secrets
        func account(_ name: String, _ password: String, _ rights: String) -> [String] {
            [
                "CREATE USER IF NOT EXISTS \(name);",
                "ALTER USER \(name) IDENTIFIED BY '\(password)';",
                "GRANT \(rights);",
            ]
        }
        // Each server has its own accounts: nothing of this is replicated, and no GTIDs come of it.
        var statements = ["SET SESSION sql_log_bin = 0;"]
        if isReplica { statements.append("SET GLOBAL super_read_only = OFF;") }
        statements.append("ALTER USER 'root'@'localhost' IDENTIFIED BY '\(secrets.mysqlRoot)';")
        let user = "'\(StackPlan.user)'@'%'"
        // On one's own machine this user does everything, from creating tables to breaking things on purpose.
        statements += account(user, secrets.mysql, "ALL PRIVILEGES ON *.* TO \(user) WITH GRANT OPTION")
        let replication = "'\(StackPlan.replicationUser)'@'%'"
        statements += account(replication, secrets.mysqlReplication, "REPLICATION SLAVE ON *.* TO \(replication)")
        if isReplica {
            statements += [
                "SET GLOBAL super_read_only = ON;",
                "CHANGE REPLICATION SOURCE TO SOURCE_HOST = '127.0.0.1', SOURCE_PORT = \(plan.ports.mysqlPrimary), "
                    + "SOURCE_USER = '\(StackPlan.replicationUser)', SOURCE_PASSWORD = '\(secrets.mysqlReplication)', "
                    + "SOURCE_AUTO_POSITION = 1, GET_SOURCE_PUBLIC_KEY = 1, SOURCE_CONNECT_RETRY = 1, "
                    + "SOURCE_RETRY_COUNT = 1000000, SOURCE_HEARTBEAT_PERIOD = 2;",
                "START REPLICA;",
            ]
        }
        return statements
    }

    /// A value of an option file.
    static func quoted(_ text: String) -> String {
        "\"" + text.replacing("\\", with: "\\\\").replacing("\"", with: "\\\"") + "\""
    }

    func command() throws(ServerStackError) -> Command {
        plan.command(
            server,
            try plan.binaries.path("mysqld", for: server),
            ["--defaults-file=\(configurationFile)"]
        )
    }

    // MARK: Running

    func version() async throws(ServerStackError) -> String? {
        await MySQLGreeting.version(port: port)
    }

    /// Whether the replica follows.
    ///
    /// - Throws: `.serverFailed` where it has stopped with an error.
    func isReplicating() async throws(ServerStackError) -> Bool {
        guard let status = await client.replicaStatus() else { return false }
        for name in ["Last_IO_Error", "Last_SQL_Error"] {
            guard let error = status[name], !error.isEmpty else { continue }
            // While the primary starts, the receiver cannot connect and tries again.
            if status["Replica_IO_Running"] == "Connecting", name == "Last_IO_Error" { return false }
            throw ServerStackError(
                .serverFailed,
                server: server,
                message: "the MySQL replica does not follow its primary: \(error.prefix(300))",
                remedy: "stop, remove \(home.folder(server)) and start again: the replica is built again"
            )
        }
        return status["Replica_IO_Running"] == "Yes" && status["Replica_SQL_Running"] == "Yes"
    }

    /// Ends the connections that read the binlog. A server waits for them for some eight seconds when it stops.
    func prepareToStop() async {
        // information_schema.processlist fails for a statement whose text is cut within a character.
        guard let lines = await client.run("SHOW PROCESSLIST") else { return }
        let identifiers = lines.compactMap { line -> Int? in
            let columns = line.split(separator: "\t", omittingEmptySubsequences: false)
            guard columns.count > 4, columns[4].hasPrefix("Binlog Dump") else { return nil }
            return Int(columns[0])
        }
        guard !identifiers.isEmpty else { return }
        _ = await client.run(identifiers.map { "KILL \($0);" }.joined(separator: "\n"))
    }

    func diagnose(_ log: [String]) -> ServerStackError? {
        let signs: [(text: String, cause: String)] = [
            ("is newer than", "was written by a newer version of MySQL"),
            ("invalid mysql server downgrade", "was written by a newer version of MySQL"),
            ("cannot upgrade", "was written by a version of MySQL that is too old"),
            ("data dictionary initialization failed", "is damaged"),
            ("failed to initialize dd storage engine", "is damaged"),
            ("database page corruption", "is damaged"),
            ("is corrupted", "is damaged"),
            ("data file 'ibdata1' was not found", "is damaged"),
            ("cannot open datafile", "is damaged"),
            ("operating system error number 2 in a file operation", "misses a file"),
            ("unable to lock ./ibdata1", "is in use by another mysqld"),
            ("data directory has files in it", "is not empty"),
        ]
        for sign in signs {
            guard let line = log.first(where: { $0.containsAny([sign.text]) }) else { continue }
            return ServerStackError(
                .corruptData,
                server: server,
                message: "the data folder of the \(server.title) \(sign.cause): \(line.prefix(240))",
                remedy: "remove \(isReplica ? home.folder(server) : home.path) to start afresh"
                    + (isReplica ? " (the replica is built again)" : "")
            )
        }
        return nil
    }
}
