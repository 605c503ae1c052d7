extension LeatConfiguration {
    /// Where spans of batches go.
    package struct Tracing: Sendable, Hashable {
        /// A collector that takes OTLP over HTTP; without a path and a trailing slash.
        package var otlp: String

        package init(otlp: String) { self.otlp = otlp }
    }

    /// What is logged, and how.
    package struct Log: Sendable, Hashable {
        /// swift-log's levels.
        package enum Level: String, Sendable, Hashable, CaseIterable {
            case trace, debug, info, notice, warning, error, critical
        }

        /// How log lines look; `auto` decides by where they go.
        package enum Format: String, Sendable, Hashable, CaseIterable {
            /// Lines for people on a terminal, JSON elsewhere.
            case auto
            case json, text
        }

        package var level: Level
        package var format: Format

        package init(level: Level = .info, format: Format = .auto) {
            self.level = level
            self.format = format
        }
    }
}

extension LeatConfiguration.Tracing {
    init?(_ section: YAMLSection) throws {
        guard let value = section["otlp"], try value.text() != "off" else { return nil }
        otlp = try value.url()
    }
}

extension LeatConfiguration.Log {
    init(_ section: YAMLSection) throws {
        self.init(
            level: try section["level"]?.choice(Level.self) ?? .info,
            format: try section["format"]?.choice(Format.self) ?? .auto
        )
    }
}
