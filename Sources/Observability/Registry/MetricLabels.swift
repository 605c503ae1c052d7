/// The steps that rows pass: values of the label `stage`.
package enum Stage: String, Sendable, Hashable, CaseIterable {
    /// Bytes from the source.
    case receive
    /// Events or rows into columns.
    case decode
    /// A batch waits for its insert.
    case queue
    /// A batch goes into ClickHouse.
    case insert
    /// The checkpoint moves.
    case acknowledge
    /// A range of existing rows is copied.
    case snapshot
}

/// What an error means: values of the label `class`. The same words stand in logs and on the console.
package enum ErrorClass: String, Sendable, Hashable, CaseIterable {
    /// Retried automatically.
    case retry
    /// Someone should investigate; work continues.
    case notify
    /// A table or a pipeline stopped.
    case stop
}

/// What happened to rows: values of the label `operation`.
package enum RowOperation: String, Sendable, Hashable, CaseIterable {
    case insert, update, delete, snapshot
}

/// What a batch is for: values of the label `kind`.
package enum BatchKind: String, Sendable, Hashable, CaseIterable {
    case stream, range, repair, barrier
}

/// What a table is doing: values of the label `state`.
package enum CountedPhase: String, Sendable, Hashable, CaseIterable {
    case snapshotting, streaming, paused, quarantined
}
