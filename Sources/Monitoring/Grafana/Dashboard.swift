import Telemetry

/// A dashboard of Grafana as data: rows of panels, each row answers one question.
public struct Dashboard: Sendable, Hashable {
    public struct Row: Sendable, Hashable {
        public var title: String
        public var panels: [Panel]

        init(_ title: String, _ panels: [Panel]) {
            self.title = title
            self.panels = panels
        }
    }

    /// Stays the same for ever: links to the dashboard hold it.
    public var uid: String
    public var title: String
    public var help: String
    public var rows: [Row]

    public var panels: [Panel] { rows.flatMap(\.panels) }

    /// All dashboards of Leat.
    public static let all = [pipelines, integrity, measurements, mySQL, clickHouse, processes]
}

extension Dashboard {
    /// What fills the list of sources.
    static var sourcesQuery: String { "label_values(\(LeatMetrics.sourceUp.name), source)" }
}
