/// ClickHouse: one server, no cluster.
struct ClickHouseServer: ServerRecipe {
    let plan: StackPlan
    var server: StackServer { .clickhouse }

    private var configurationFile: String { home.folder(server) + "/config.xml" }
    private var usersFile: String { home.secrets + "/clickhouse-users.xml" }

    func configure() throws(ServerStackError) {
        for name in ["data", "tmp", "user_files", "format_schemas", "access"] {
            try StackHome.makeFolder("\(home.folder(server))/\(name)", mode: 0o750)
        }
        try StackHome.write(configuration, to: configurationFile)
        try StackHome.write(users, to: usersFile)
    }

    /// Only what differs from the server's defaults. Ports that are not named are not opened; system tables that are
    /// not named are not written.
    var configuration: String {
        let folder = home.folder(server)
        let memory = plan.options.memory.clickhouse
        return """
            <?xml version="1.0"?>
            <!-- Written by leat at every start: changes are lost. -->
            <clickhouse>
                <logger><level>warning</level><console>1</console></logger>
                <listen_host>127.0.0.1</listen_host>
                <http_port>\(plan.ports.clickhouseHTTP)</http_port>
                <tcp_port>\(plan.ports.clickhouseNative)</tcp_port>
                <prometheus>
                    <endpoint>/metrics</endpoint>
                    <port>\(plan.ports.clickhouseMetrics)</port>
                    <metrics>true</metrics>
                    <events>true</events>
                    <asynchronous_metrics>true</asynchronous_metrics>
                    <errors>true</errors>
                </prometheus>
                <path>\(Self.escaped(folder))/data/</path>
                <tmp_path>\(Self.escaped(folder))/tmp/</tmp_path>
                <user_files_path>\(Self.escaped(folder))/user_files/</user_files_path>
                <format_schema_path>\(Self.escaped(folder))/format_schemas/</format_schema_path>
                <user_directories>
                    <users_xml><path>\(Self.escaped(usersFile))</path></users_xml>
                    <local_directory><path>\(Self.escaped(folder))/access/</path></local_directory>
                </user_directories>
                <default_profile>default</default_profile>
                <default_database>default</default_database>
                <timezone>UTC</timezone>
                <mlock_executable>false</mlock_executable>
                <max_server_memory_usage>\(memory)</max_server_memory_usage>
                <max_concurrent_queries>200</max_concurrent_queries>
                <mark_cache_size>\(memory / 16)</mark_cache_size>
                <index_mark_cache_size>\(memory / 64)</index_mark_cache_size>
                <uncompressed_cache_size>0</uncompressed_cache_size>
                <index_uncompressed_cache_size>0</index_uncompressed_cache_size>
                <mmap_cache_size>100</mmap_cache_size>
                <compiled_expression_cache_size>\(16 << 20)</compiled_expression_cache_size>
                <query_cache><max_size_in_bytes>\(memory / 64)</max_size_in_bytes></query_cache>
                <background_pool_size>4</background_pool_size>
                <background_merges_mutations_concurrency_ratio>2</background_merges_mutations_concurrency_ratio>
                <background_move_pool_size>1</background_move_pool_size>
                <background_fetches_pool_size>1</background_fetches_pool_size>
                <background_common_pool_size>2</background_common_pool_size>
                <background_buffer_flush_schedule_pool_size>1</background_buffer_flush_schedule_pool_size>
                <background_schedule_pool_size>8</background_schedule_pool_size>
                <background_message_broker_schedule_pool_size>1</background_message_broker_schedule_pool_size>
                <background_distributed_schedule_pool_size>2</background_distributed_schedule_pool_size>
                <tables_loader_foreground_pool_size>2</tables_loader_foreground_pool_size>
                <tables_loader_background_pool_size>2</tables_loader_background_pool_size>
                <merge_tree>
                    <!-- Must not exceed what the pool above has. -->
                    <number_of_free_entries_in_pool_to_execute_mutation>2</number_of_free_entries_in_pool_to_execute_mutation>
                    <number_of_free_entries_in_pool_to_lower_max_size_of_merge>2</number_of_free_entries_in_pool_to_lower_max_size_of_merge>
                    <number_of_free_entries_in_pool_to_execute_optimize_entire_partition>2</number_of_free_entries_in_pool_to_execute_optimize_entire_partition>
                </merge_tree>
                <query_log>
                    <database>system</database>
                    <table>query_log</table>
                    <partition_by>event_date</partition_by>
                    <ttl>event_date + INTERVAL 3 DAY DELETE</ttl>
                    <flush_interval_milliseconds>7500</flush_interval_milliseconds>
                </query_log>
            </clickhouse>

            """
    }

    private var users: String {
        """
        <?xml version="1.0"?>
        <!-- Written by leat at every start: changes are lost. -->
        <clickhouse>
            <profiles>
                <default>
                    <max_memory_usage>\(plan.options.memory.clickhouse / 10 * 8)</max_memory_usage>
                </default>
            </profiles>
            <quotas><default/></quotas>
            <users>
                <\(StackPlan.user)>
                    <password>\(plan.secrets.clickhouse)</password>
                    <networks><ip>127.0.0.1</ip></networks>
                    <profile>default</profile>
                    <quota>default</quota>
                    <access_management>1</access_management>
                    <named_collection_control>1</named_collection_control>
                </\(StackPlan.user)>
            </users>
        </clickhouse>

        """
    }

    private static func escaped(_ text: String) -> String {
        text.replacing("&", with: "&amp;").replacing("<", with: "&lt;").replacing(">", with: "&gt;")
    }

    func command() throws(ServerStackError) -> Command {
        var command = plan.command(
            server,
            try plan.binaries.path("clickhouse-server", for: server),
            ["--config-file=\(configurationFile)"]
        )
        // The watchdog would fork, and the process id would not be the server's.
        command.environment["CLICKHOUSE_WATCHDOG_ENABLE"] = "0"
        return command
    }

    func version() async throws(ServerStackError) -> String? {
        let http = LoopbackHTTP(
            port: plan.ports.clickhouseHTTP,
            headers: [("X-ClickHouse-User", StackPlan.user), ("X-ClickHouse-Key", plan.secrets.clickhouse)]
        )
        guard let response = await http.get("/?query=SELECT%20version()") else { return nil }
        if response.status == 200 { return response.body.split(separator: "\n").first.map(String.init) }
        guard response.status == 401 || response.status == 403 else { return nil }
        throw ServerStackError(
            .serverFailed,
            server: server,
            message: "ClickHouse refuses the user \(StackPlan.user)",
            remedy: "restore \(home.secrets)/passwords.json, or remove \(home.path) to start afresh"
        )
    }

    func diagnose(_ log: [String]) -> ServerStackError? {
        if let line = log.last(where: { $0.containsAny(["cannot lock file", "another server instance"]) }) {
            return ServerStackError(
                .homeInUse,
                server: server,
                message: "another ClickHouse server uses \(home.folder(server)): \(line.prefix(200))",
                remedy: "end it, or choose another folder with --home"
            )
        }
        let signs = [
            "corrupted_data", "syntax_error", "suspiciously many", "too_many_unexpected_data_parts",
            "checksum doesn't match", "unknown_format_version", "cannot_parse",
        ]
        if let line = log.last(where: { $0.containsAny(signs) }) {
            return ServerStackError(
                .corruptData,
                server: server,
                message: "the data folder of ClickHouse is damaged: \(line.prefix(240))",
                remedy: "remove \(home.folder(server)) to start afresh: it is filled again from the sources"
            )
        }
        return nil
    }
}
