import Observability

/// A dashboard of Grafana as data: rows of panels, each row answers one question.
package struct Dashboard: Sendable, Hashable {
    /// Panels side by side under one heading.
    package struct Row: Sendable, Hashable {
        package var title: String
        package var panels: [Panel]

        init(_ title: String, _ panels: [Panel]) {
            self.title = title
            self.panels = panels
        }
    }

    /// Stays the same forever: links to the dashboard hold it.
    package var uid: String
    package var title: String
    package var help: String
    package var rows: [Row]

    package var panels: [Panel] { rows.flatMap(\.panels) }

    /// All dashboards of Leat.
    package static let all = [pipelines, integrity, measurements, mySQL, clickHouse, processes]
}

extension Dashboard {
    /// What fills the list of sources.
    static var sourcesQuery: String { "label_values(\(LeatMetrics.sourceUp.name), source)" }
}
