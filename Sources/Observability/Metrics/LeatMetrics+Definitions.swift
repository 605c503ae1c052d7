extension LeatMetrics {
    /// Every metric of Leat, in the order of the page.
    package static let definitions: [MetricDefinition] =
        [
            buildInfo, startTime, residentMemory, openFiles, cpuSeconds,
            sourceUp, warehouseUp, pipelineFailed, heartbeat, lag, binlogRunway, transactions, reconnects,
            events, rows, readBytes, writtenBytes, batches, batchRows, batchBytes, checkpointBatch,
            stageDuration, insertDuration, queueBytes, queueCapacityBytes, backPressure,
            errors, tables, quarantinedTables, snapshotRows, snapshotRowsExpected, logLinesLeftOut,
            points, pushAge, pushesRefused, subscribed, windowsCompared, windowsDifferent,
            heartbeatLag,
        ]
        + VerificationMetrics.definitions + ServerMetrics.definitions + ObjectiveMetrics.definitions

    private static let tablesMax = 20_000
    private static let durations = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60]

    // MARK: The process

    package static let buildInfo = MetricDefinition(
        "leat_build_info",
        .gauge,
        labels: ["version", "swift"],
        help: "1; the labels say which build of Leat runs."
    )
    package static let startTime = MetricDefinition(
        "leat_process_start_time_seconds",
        .gauge,
        unit: .seconds,
        help: "When the process started, in seconds since 1970."
    )
    package static let residentMemory = MetricDefinition(
        "leat_process_resident_memory_bytes",
        .gauge,
        unit: .bytes,
        help: "Memory of the process that is in RAM."
    )
    package static let openFiles = MetricDefinition(
        "leat_process_open_fds",
        .gauge,
        help: "Open file descriptors of the process."
    )
    package static let cpuSeconds = MetricDefinition(
        "leat_process_cpu_seconds_total",
        .counter,
        unit: .seconds,
        help: "CPU time of the process, user and system."
    )

    // MARK: Is it up, and how late?

    package static let sourceUp = MetricDefinition(
        "leat_source_up",
        .gauge,
        labels: ["source"],
        help: "1 while the source answers, else 0."
    )
    package static let warehouseUp = MetricDefinition(
        "leat_warehouse_up",
        .gauge,
        help: "1 while ClickHouse answers, else 0."
    )
    package static let pipelineFailed = MetricDefinition(
        "leat_pipeline_failed",
        .gauge,
        labels: ["source"],
        help: "1 while the source's pipeline has failed and waits to be started again, else 0."
    )
    package static let heartbeat = MetricDefinition(
        "leat_heartbeat_timestamp_seconds",
        .gauge,
        unit: .seconds,
        labels: ["source", "stage"],
        help: "When the stage last made progress or knew that there was nothing to do, in seconds since 1970. "
            + "Its age rises when the stage hangs."
    )
    package static let lag = MetricDefinition(
        "leat_lag_seconds",
        .gauge,
        unit: .seconds,
        labels: ["source"],
        help: "How far the warehouse is behind the source; 0 when everything that the source has committed is applied."
    )
    package static let heartbeatLag = MetricDefinition(
        "leat_heartbeat_row_lag_seconds",
        .gauge,
        unit: .seconds,
        labels: ["source", "stage"],
        help:
            "With heartbeat: configured, how old the newest heartbeat row is that has come to the stage: receive (read "
            + "from the binlog) or insert (to be queried in ClickHouse)."
    )
    package static let binlogRunway = MetricDefinition(
        "leat_binlog_runway_seconds",
        .gauge,
        unit: .seconds,
        labels: ["source"],
        help:
            "Time until the source purges binlogs that are still needed: what it keeps minus the lag; 0 once some are "
            + "gone, +Inf where it never purges."
    )
    package static let transactions = MetricDefinition(
        "leat_transactions_total",
        .counter,
        labels: ["source"],
        help: "Transactions read from the stream."
    )
    package static let reconnects = MetricDefinition(
        "leat_reconnects_total",
        .counter,
        labels: ["source"],
        help: "Connections to the source that had to be opened again."
    )

    // MARK: How much?

    package static let events = MetricDefinition(
        "leat_events_total",
        .counter,
        labels: ["source", "table", "operation"],
        seriesMax: tablesMax * 3,
        help: "Rows changed in the stream, as they are read: those of quarantined tables, too."
    )
    package static let rows = MetricDefinition(
        "leat_rows_total",
        .counter,
        labels: ["source", "table", "operation"],
        seriesMax: tablesMax * 4,
        help: "Rows written to ClickHouse and acknowledged."
    )
    package static let readBytes = MetricDefinition(
        "leat_read_bytes_total",
        .counter,
        unit: .bytes,
        labels: ["source", "stage"],
        help: "Bytes received from the source: stage receive is the stream, snapshot the copies."
    )
    package static let writtenBytes = MetricDefinition(
        "leat_written_bytes_total",
        .counter,
        unit: .bytes,
        labels: ["source"],
        help: "Bytes sent to ClickHouse, before compression."
    )
    package static let batches = MetricDefinition(
        "leat_batches_total",
        .counter,
        labels: ["source", "kind"],
        help: "Batches acknowledged."
    )
    package static let batchRows = MetricDefinition(
        "leat_batch_rows",
        .histogram,
        labels: ["source"],
        buckets: [1, 10, 100, 1000, 5000, 10_000, 50_000, 100_000, 500_000, 1_000_000],
        help: "Rows in a batch."
    )
    package static let batchBytes = MetricDefinition(
        "leat_batch_bytes",
        .histogram,
        unit: .bytes,
        labels: ["source"],
        buckets: [1024, 16_384, 262_144, 1_048_576, 4_194_304, 16_777_216, 33_554_432, 67_108_864, 268_435_456],
        help: "Bytes in a batch, in memory."
    )
    package static let checkpointBatch = MetricDefinition(
        "leat_checkpoint_batch",
        .gauge,
        labels: ["source"],
        help: "Number of the last batch that is acknowledged together with all before it."
    )

    // MARK: What is slow or stuck?

    package static let stageDuration = MetricDefinition(
        "leat_stage_duration_seconds",
        .histogram,
        unit: .seconds,
        labels: ["source", "stage"],
        buckets: durations,
        help:
            "Time that a batch spends in a stage: receive (from its first row until it is cut), decode (of that, the work "
            + "of decoding), queue (until its insert begins), insert, acknowledge (saving the checkpoint), snapshot (a "
            + "range, from reading it to its acknowledgement)."
    )
    package static let insertDuration = MetricDefinition(
        "leat_clickhouse_insert_duration_seconds",
        .histogram,
        unit: .seconds,
        labels: ["source"],
        buckets: durations,
        help: "Time of one insert into one table, from the first byte sent to the answer."
    )
    package static let queueBytes = MetricDefinition(
        "leat_queue_bytes",
        .gauge,
        unit: .bytes,
        labels: ["source"],
        help: "Bytes that wait to be written."
    )
    package static let queueCapacityBytes = MetricDefinition(
        "leat_queue_capacity_bytes",
        .gauge,
        unit: .bytes,
        labels: ["source"],
        help: "Bytes that may wait before reading from the source pauses."
    )
    package static let backPressure = MetricDefinition(
        "leat_backpressure_seconds_total",
        .counter,
        unit: .seconds,
        labels: ["source"],
        help: "Time for which reading from the source was paused because writing was slower."
    )

    // MARK: Is it right?

    package static let errors = MetricDefinition(
        "leat_errors_total",
        .counter,
        labels: ["source", "stage", "class"],
        help: "Errors by what they mean: retry (tried again), notify (look at it), stop (a table or pipeline stopped)."
    )
    package static let tables = MetricDefinition(
        "leat_tables",
        .gauge,
        labels: ["source", "state"],
        help: "Tables followed, by what they are doing."
    )
    package static let quarantinedTables = MetricDefinition(
        "leat_quarantined_tables",
        .gauge,
        labels: ["source"],
        help: "Tables that stopped because something could not be carried over exactly; leat status says why."
    )
    package static let snapshotRows = MetricDefinition(
        "leat_snapshot_rows",
        .gauge,
        labels: ["source", "table"],
        seriesMax: tablesMax,
        help: "Rows of the table that its present or last copy has written."
    )
    package static let snapshotRowsExpected = MetricDefinition(
        "leat_snapshot_rows_expected",
        .gauge,
        labels: ["source", "table"],
        seriesMax: tablesMax,
        help: "Rows that the copy will have, as the source's statistics estimate them."
    )
    // MARK: Measurements

    package static let points = MetricDefinition(
        "leat_points_total",
        .counter,
        labels: ["source", "table", "origin"],
        seriesMax: tablesMax * 3,
        help:
            "Points written to ClickHouse: pushed by the source, read in a window, or copied. A point can be written by "
            + "each of them."
    )
    package static let pushAge = MetricDefinition(
        "leat_push_age_seconds",
        .histogram,
        unit: .seconds,
        labels: ["source"],
        buckets: durations,
        help: "Time from a push's arrival until its points can be queried."
    )
    package static let pushesRefused = MetricDefinition(
        "leat_pushes_refused_total",
        .counter,
        labels: ["source"],
        help: "Pushes that were refused because too much waited. Windowed reads bring their points."
    )
    package static let subscribed = MetricDefinition(
        "leat_subscribed",
        .gauge,
        labels: ["source"],
        help: "1 while the source pushes its points, 0 while it is polled."
    )
    package static let windowsCompared = MetricDefinition(
        "leat_windows_compared_total",
        .counter,
        labels: ["source", "table"],
        seriesMax: tablesMax,
        help: "Windows in which the counts of both sides were compared."
    )
    package static let windowsDifferent = MetricDefinition(
        "leat_windows_different_total",
        .counter,
        labels: ["source", "table"],
        seriesMax: tablesMax,
        help: "Windows in which points were missing, and which were read again."
    )
    package static let logLinesLeftOut = MetricDefinition(
        "leat_log_lines_suppressed_total",
        .counter,
        help: "Repeated log lines that were suppressed."
    )
}
