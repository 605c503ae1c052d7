import Logging

/// The handler behind every `Logger` of Leat: `LoggingSystem.bootstrap { LeatLogHandler(label: $0, sink: sink) }`.
///
/// Messages are constant; what varies goes into the metadata, never row values and never secrets.
package struct LeatLogHandler: LogHandler {
    package var logLevel: Logger.Level
    package var metadata: Logger.Metadata = [:]
    package var metadataProvider: Logger.MetadataProvider?
    private let label: String
    private let sink: LogSink

    package init(
        label: String,
        sink: LogSink,
        level: Logger.Level = .info,
        metadataProvider: Logger.MetadataProvider? = nil
    ) {
        self.label = label
        self.sink = sink
        logLevel = level
        self.metadataProvider = metadataProvider
    }

    package subscript(metadataKey key: String) -> Logger.Metadata.Value? {
        get { metadata[key] }
        set { metadata[key] = newValue }
    }

    package func log(event: LogEvent) {
        // The most specific wins: the call's own, then the task's, then the logger's.
        var fields = metadata
        if let provided = metadataProvider?.get() { fields.merge(provided) { $1 } }
        if let own = event.metadata { fields.merge(own) { $1 } }
        sink.write(
            level: event.level,
            logger: label,
            message: "\(event.message)",
            error: event.error.map { "\($0)" },
            fields: fields
        )
    }
}
